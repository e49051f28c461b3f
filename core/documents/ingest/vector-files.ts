import type { Embedder } from '../../retrieval/embedder.ts';
import type { TenantId } from '../../tenants/tenant-id.ts';
import type { BlobStore } from '../blob-store.ts';

/** Texts a file. Small enough that a killed task loses seconds of work. */
const textsPerFile = 128;

const fileName = (prefix: string, n: number) => `${prefix}${String(n).padStart(6, '0')}.f32`;

/** The time was up before all texts were embedded. What was done is kept: run the step again. */
export class EmbeddingUnfinished extends Error {
  override readonly name = 'EmbeddingUnfinished';
}

/**
 * Embeds texts into files under a prefix, so many texts a file, little-endian floats row after row. Files that are
 * there already are kept: a task that was killed goes on where it was.
 *
 * @param prefix belongs to these texts and this embedder alone.
 * @param mayGoOn asked before each file.
 * @throws {EmbeddingUnfinished} when it may not.
 */
export async function writeVectors(
  blobs: BlobStore,
  tenant: TenantId,
  prefix: string,
  embedder: Embedder,
  texts: readonly string[],
  mayGoOn: () => boolean = () => true,
): Promise<void> {
  const present = new Set(await blobs.list(tenant, prefix));
  for (let n = 0; n * textsPerFile < texts.length; n++) {
    const key = fileName(prefix, n);
    if (present.has(key)) continue;
    if (!mayGoOn())
      throw new EmbeddingUnfinished(`${n * textsPerFile} of ${texts.length} texts are embedded`);
    const vectors = await embedder.embed(texts.slice(n * textsPerFile, (n + 1) * textsPerFile), 'passage');
    const rows = new Float32Array(vectors.length * embedder.dimensions);
    for (const [i, vector] of vectors.entries()) rows.set(vector, i * embedder.dimensions);
    await blobs.put(tenant, key, new Uint8Array(rows.buffer), { contentType: 'application/octet-stream' });
  }
}

/**
 * Reads back what `writeVectors` wrote.
 *
 * @throws when a file is missing or has another size than it must have.
 */
export async function readVectors(
  blobs: BlobStore,
  tenant: TenantId,
  prefix: string,
  count: number,
  dimensions: number,
): Promise<Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (let n = 0; vectors.length < count; n++) {
    const key = fileName(prefix, n);
    const blob = await blobs.get(tenant, key);
    const rows = Math.min(textsPerFile, count - vectors.length);
    if (blob?.bytes.length !== rows * dimensions * 4) throw new Error(`${key} is missing or damaged`);
    // Copied, since the bytes may begin anywhere in their buffer.
    const all = new Float32Array(blob.bytes.slice().buffer);
    for (let i = 0; i < rows; i++) vectors.push(all.subarray(i * dimensions, (i + 1) * dimensions));
  }
  return vectors;
}
