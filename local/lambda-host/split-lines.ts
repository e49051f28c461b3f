import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

const maxLineLength = 256 * 1024;

/** Hands a stream on line by line; a line longer than 256 KiB comes in pieces. */
export function splitLines(source: Readable, take: (line: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let held = '';
  source.on('data', (chunk: Buffer) => {
    held += decoder.write(chunk);
    const lines = held.split('\n');
    held = lines.pop() ?? '';
    for (const line of lines) take(line);
    if (held.length > maxLineLength) {
      take(held);
      held = '';
    }
  });
  source.on('end', () => {
    if (held) take(held);
    held = '';
  });
  source.on('error', () => {});
}
