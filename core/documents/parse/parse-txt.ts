import type { ParsedDocument } from '../parsed-document.ts';
import { createTextBuilder } from './text-builder.ts';

/** Plain text: blocks are what empty lines keep apart; lines within a block stay as they are. */
export function parseTxt(source: string): ParsedDocument {
  const builder = createTextBuilder();
  for (const block of source.split(/\n(?:[^\S\n]*\n)+/)) {
    const lines = block.split('\n').map((line) => line.trimEnd());
    const text = lines.join('\n').replace(/^\n+|\n+$/g, '');
    if (text.trim() !== '') builder.block(text);
  }
  return builder.build(undefined);
}
