import type { RetrieveResponse } from '../../retrieval/schema.ts';
import { visibleText } from '../text/visible-text.ts';
import { holdsInjection } from './holds-injection.ts';

type Found = Pick<RetrieveResponse, 'chunks' | 'evidence'>;

/** What is left of what was found, and how many chunks were left out. */
export type Scanned<F extends Found> = F & { readonly leftOut: number };

/**
 * Leaves out the chunks that a rule for questions refuses, or that give orders to an assistant, and with a chunk the
 * sentences of it. Its title and headings are looked at, too: they stand in prompts. An order that is cut in two by the
 * border of chunks is not seen.
 *
 * @param refuses whether a rule in force matches a text that `visibleText` has gone over
 * @throws what `refuses` throws: what could not be looked at is no source.
 */
export async function scanSources<F extends Found>(
  found: F,
  refuses: (text: string) => Promise<boolean>,
): Promise<Scanned<F>> {
  const isSource = await Promise.all(
    found.chunks.map(async ({ title, section = '', text }) => {
      const shown = visibleText([title, section, text].join('\n'));
      return !holdsInjection(shown) && !(await refuses(shown));
    }),
  );
  const chunks = found.chunks.filter((_, i) => isSource[i]);
  const kept = new Set(chunks.map(({ id }) => id));
  const evidence = found.evidence.filter(({ chunk_id }) => kept.has(chunk_id));
  return { ...found, chunks, evidence, leftOut: found.chunks.length - chunks.length };
}
