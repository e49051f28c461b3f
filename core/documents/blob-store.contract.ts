import { describe, expect, it } from 'vitest';
import { vouchForTenant } from '../tenants/tenant-id.ts';
import type { BlobStore } from './blob-store.ts';
import { keys } from './keys.ts';

const tenant = vouchForTenant('blobs');
const id = 'doc_01hzzzzzzzzzzzzzzzzzzzzzzz';

/** What every blob store promises. */
export function blobStoreContract(make: () => BlobStore): void {
  describe('blob store', () => {
    it('gives back what was put, and nothing where nothing is', async () => {
      const store = make();
      const key = keys.original(tenant, id, 1);
      const bytes = Uint8Array.from([0, 255, 10, 13, 128]);
      expect(await store.get(keys.original(tenant, id, 9))).toBeUndefined();
      await store.put(key, bytes, { contentType: 'text/plain', metadata: { filename: 'a%20b.txt' } });
      const found = await store.get(key);
      expect(Array.from(found?.bytes ?? [])).toEqual(Array.from(bytes));
      expect(found).toMatchObject({ contentType: 'text/plain', metadata: { filename: 'a%20b.txt' } });
      await store.put(key, new Uint8Array());
      expect((await store.get(key))?.bytes.length).toBe(0);
    });

    it('lists and deletes what lies under a prefix, and only that', async () => {
      const store = make();
      const work = keys.work(tenant, id, 2, 'a1/');
      for (const name of ['b', 'a', 'c']) await store.put(`${work}${name}`, Uint8Array.of(1));
      const outside = keys.work(tenant, id, 2, 'a10/x');
      await store.put(outside, Uint8Array.of(1));
      expect(await store.list(work)).toEqual(['a', 'b', 'c'].map((name) => work + name));
      await store.deletePrefix(work);
      await store.deletePrefix(work);
      expect(await store.list(work)).toEqual([]);
      expect(await store.get(outside)).toBeDefined();
    });
  });
}
