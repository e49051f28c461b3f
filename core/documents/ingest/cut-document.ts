import type { Chunk } from '../../retrieval/schema.ts';
import { splitSentences } from '../../retrieval/split-sentences.ts';
import type { TenantId } from '../../tenants/tenant-id.ts';
import { chunkText } from '../chunk.ts';
import { chunkIdOf } from '../chunk-id.ts';
import type { AttemptRef } from '../document.ts';
import { DocumentUnreadable } from '../document-unreadable.ts';
import { keys } from '../keys.ts';
import { goOn, type IngestDeps } from './attempt.ts';
import { selectSentences } from './select-sentences.ts';
import { workFiles } from './work-files.ts';

/** Single letters at the size limit of uploads give 14,000. Each costs an embedding, and ingestion has two hours. */
const maxChunks = 15_000;

/**
 * Second step: cuts the text into chunks, and those into the sentences that can be quoted.
 *
 * @throws {DocumentUnreadable} {AttemptOver}
 */
export async function cutDocument(deps: IngestDeps, tenant: TenantId, ref: AttemptRef): Promise<void> {
  await goOn(deps, tenant, ref, 'parsing');
  const work = workFiles(deps.blobs, tenant, ref);
  const { title, sections } = await work.read('outline.json');
  const stored = await deps.blobs.get(tenant, keys.text(tenant, ref.documentId, ref.version));
  if (!stored) throw new Error('the text of the document is missing');
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(stored.bytes);
  const chunks = chunkText(text, sections, splitSentences).map(
    (chunk, n): Chunk => ({
      id: chunkIdOf(ref.documentId, ref.version, n),
      tenant_id: tenant,
      document_id: ref.documentId,
      version: ref.version,
      title,
      ...chunk,
    }),
  );
  if (chunks.length === 0) throw new DocumentUnreadable('The document contains no text.');
  if (chunks.length > maxChunks) {
    throw new DocumentUnreadable(
      `The document gives more than ${maxChunks} passages. Split it and upload the parts.`,
    );
  }
  await work.write('chunks.json', chunks);
  await work.write('sentences.json', selectSentences(chunks, splitSentences));
  await goOn(deps, tenant, ref, 'parsing');
}
