import { z } from 'zod';
import { chunkSchema } from '../../retrieval/schema.ts';
import { segmentSchema, sentenceSchema } from '../../retrieval/segment.ts';
import type { TenantId } from '../../tenants/tenant-id.ts';
import type { BlobStore } from '../blob-store.ts';
import type { AttemptRef } from '../document.ts';
import { keys } from '../keys.ts';
import { outlineSchema } from '../parsed-document.ts';

const schemas = {
  'outline.json': outlineSchema,
  'chunks.json': z.array(chunkSchema),
  'sentences.json': z.array(sentenceSchema),
  /** What the vectors were made with. */
  'embedder.json': z.object({ id: z.string(), dimensions: z.int().min(1) }),
  'segment.json': segmentSchema,
} as const;
type WorkName = keyof typeof schemas;
type WorkContent<N extends WorkName> = z.infer<(typeof schemas)[N]>;

/** What one step of an attempt leaves for the next. Other attempts have files of their own. */
export interface WorkFiles {
  write<N extends WorkName>(name: N, content: WorkContent<N>): Promise<void>;
  /** @throws when the step before did not leave it. */
  read<N extends WorkName>(name: N): Promise<WorkContent<N>>;
  find<N extends WorkName>(name: N): Promise<WorkContent<N> | undefined>;
  key(name: string): string;
}

export function workFiles(blobs: BlobStore, tenant: TenantId, ref: AttemptRef): WorkFiles {
  const key = (name: string) => keys.attemptWork(tenant, ref.documentId, ref.version, ref.attempt, name);
  const find = async <N extends WorkName>(name: N): Promise<WorkContent<N> | undefined> => {
    const blob = await blobs.get(tenant, key(name));
    return blob && (schemas[name].parse(JSON.parse(new TextDecoder().decode(blob.bytes))) as WorkContent<N>);
  };
  return {
    key,
    find,
    async write(name, content) {
      await blobs.put(tenant, key(name), new TextEncoder().encode(JSON.stringify(content)), {
        contentType: 'application/json',
      });
    },
    async read(name) {
      const content = await find(name);
      if (content === undefined) throw new Error(`${key(name)} is missing`);
      return content;
    },
  };
}
