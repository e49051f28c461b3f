import { type Blob, type BlobStore, maxListedKeys } from './blob-store.ts';

/** A bucket in memory. */
export function createMemoryBlobStore(): BlobStore {
  const objects = new Map<string, Blob>();
  const under = (prefix: string) => [...objects.keys()].filter((key) => key.startsWith(prefix)).sort();
  return {
    async put(key, bytes, about = {}) {
      objects.set(key, {
        bytes: Uint8Array.from(bytes),
        ...(about.contentType !== undefined && { contentType: about.contentType }),
        metadata: { ...about.metadata },
      });
    },
    async get(key) {
      return objects.get(key);
    },
    async list(prefix) {
      return under(prefix).slice(0, maxListedKeys);
    },
    async deletePrefix(prefix) {
      for (const key of under(prefix)) objects.delete(key);
    },
  };
}
