import { describe, expect, it } from 'vitest';
import { vouchForTenant } from '../tenants/tenant-id.ts';
import type { BlobStore } from './blob-store.ts';
import { keys } from './keys.ts';

const tenant = vouchForTenant('blobs');
/** Its name goes on where the other's ends. */
const neighbour = vouchForTenant('blobs-2');
const id = 'doc_01hzzzzzzzzzzzzzzzzzzzzzzz';

/** What every blob store promises. */
export function blobStoreContract(make: () => BlobStore): void {
  describe('blob store', () => {
    it('gives back what was put, and nothing where nothing is', async () => {
      const store = make();
      const key = keys.original(tenant, id, 1);
      const bytes = Uint8Array.from([0, 255, 10, 13, 128]);
      expect(await store.get(tenant, keys.original(tenant, id, 9))).toBeUndefined();
      const about = { contentType: 'text/plain', metadata: { filename: 'a%20b.txt' } };
      await store.put(tenant, key, bytes, about);
      const found = await store.get(tenant, key);
      expect(Array.from(found?.bytes ?? [])).toEqual(Array.from(bytes));
      expect(found).toMatchObject(about);
      await store.put(tenant, key, new Uint8Array());
      expect((await store.get(tenant, key))?.bytes.length).toBe(0);
    });

    it('lists and deletes what lies under a prefix, and only that', async () => {
      const store = make();
      const work = keys.work(tenant, id, 2, 'a1/');
      for (const name of ['b', 'a', 'c']) await store.put(tenant, `${work}${name}`, Uint8Array.of(1));
      const outside = keys.work(tenant, id, 2, 'a10/x');
      await store.put(tenant, outside, Uint8Array.of(1));
      expect(await store.list(tenant, work)).toEqual(['a', 'b', 'c'].map((name) => work + name));
      await store.deletePrefix(tenant, work);
      await store.deletePrefix(tenant, work);
      expect(await store.list(tenant, work)).toEqual([]);
      expect(await store.get(tenant, outside)).toBeDefined();
    });

    it.each([
      ["another tenant's", keys.original(neighbour, id, 1)],
      ["another tenant's, by a prefix without its end", `tenants/${tenant}`],
      ["every tenant's", 'tenants/'],
      ["nobody's", ''],
      ['what leads out of its own', `${keys.tenant(tenant)}../${neighbour}/documents/${id}/v1/original`],
    ])('refuses a key that is %s', async (_whose, key) => {
      const store = make();
      const theirs = keys.original(neighbour, id, 1);
      await store.put(neighbour, theirs, Uint8Array.of(7));
      await expect(store.get(tenant, key)).rejects.toBeInstanceOf(TypeError);
      await expect(store.put(tenant, key, Uint8Array.of(8))).rejects.toBeInstanceOf(TypeError);
      await expect(store.list(tenant, key)).rejects.toBeInstanceOf(TypeError);
      await expect(store.deletePrefix(tenant, key)).rejects.toBeInstanceOf(TypeError);
      expect((await store.get(neighbour, theirs))?.bytes).toEqual(Uint8Array.of(7));
    });
  });
}
