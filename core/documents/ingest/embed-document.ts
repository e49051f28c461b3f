import type { Embedder } from '../../retrieval/embedder.ts';
import type { Chunk } from '../../retrieval/schema.ts';
import type { TenantId } from '../../tenants/tenant-id.ts';
import type { AttemptRef } from '../document.ts';
import { goOn, type IngestDeps } from './attempt.ts';
import { writeVectors } from './vector-files.ts';
import { type WorkFiles, workFiles } from './work-files.ts';

/** Where the vectors lie; those of different models never meet. */
export const vectorPrefixes = (work: WorkFiles, embedderId: string) => ({
  chunks: work.key(`vectors/${embedderId}/chunks/`),
  sentences: work.key(`vectors/${embedderId}/sentences/`),
});

/** A chunk as the model reads it: what it is about stands above it. */
export function passageOf({ title, section, text }: Chunk): string {
  const above =
    section === undefined || section.startsWith(title) ? (section ?? title) : `${title} > ${section}`;
  return `${above}\n${text}`;
}

/**
 * Third step: vectors of chunks and sentences. May be killed and run again: it goes on where it was.
 *
 * @param mayGoOn whether there is time for another batch, of some ten seconds at the most.
 * @throws {AttemptOver} {EmbeddingUnfinished}
 */
export async function embedDocument(
  deps: IngestDeps & { readonly embedder: Embedder },
  tenant: TenantId,
  ref: AttemptRef,
  mayGoOn?: () => boolean,
): Promise<void> {
  await goOn(deps, tenant, ref, 'embedding');
  const work = workFiles(deps.blobs, tenant, ref);
  const [chunks, sentences] = await Promise.all([work.read('chunks.json'), work.read('sentences.json')]);
  const prefixes = vectorPrefixes(work, deps.embedder.id);
  const write = (prefix: string, texts: readonly string[]) =>
    writeVectors(deps.blobs, tenant, prefix, deps.embedder, texts, mayGoOn);
  await write(prefixes.chunks, chunks.map(passageOf));
  await write(
    prefixes.sentences,
    sentences.map(({ text }) => text),
  );
  const { id, dimensions } = deps.embedder;
  await work.write('embedder.json', { id, dimensions });
  await goOn(deps, tenant, ref, 'embedding');
}
