import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BadCursor } from '../pages/cursor.ts';
import type { ConfigStore } from './config-store.ts';
import { tenantConfigSchema } from './schema.ts';
import { encodeTenantCursor } from './tenant-cursor.ts';
import { vouchForTenant } from './tenant-id.ts';
import type { ListedTenant, TenantList } from './tenant-list.ts';

export interface TenantListUnderTest {
  /** Where the listed tenants are written; it has the clock that `open` was given. */
  readonly store: ConfigStore;
  readonly list: TenantList;
  close(): Promise<void>;
}

/** What every `TenantList` promises, of the tenants of an empty store. */
export function tenantListContract(
  name: string,
  open: (now: () => Date) => Promise<TenantListUnderTest>,
): void {
  describe(`the list of tenants on ${name}`, () => {
    let under: TenantListUnderTest;
    const clock = { ms: Date.parse('2026-01-01T00:00:00.000Z') };
    beforeAll(async () => {
      under = await open(() => new Date(clock.ms));
    });
    afterAll(() => under?.close());

    const put = (id: string) => {
      const tenant = vouchForTenant(id);
      return under.store.put(tenant, tenantConfigSchema.parse({ tenant_id: tenant }), true);
    };
    /** Every page, each of `limit` tenants at most. */
    async function pages(limit: number): Promise<ListedTenant[][]> {
      const found: ListedTenant[][] = [];
      let cursor: string | undefined;
      do {
        const page = await under.list.list(limit, cursor);
        found.push([...page.tenants]);
        cursor = page.cursor;
      } while (cursor !== undefined && found.length < 50);
      return found;
    }
    const idsOf = (found: readonly ListedTenant[]) => found.map(({ tenantId }) => tenantId);

    it('is empty and has no next page while there is no tenant', async () => {
      expect(await under.list.list(10)).toEqual({ tenants: [] });
      const nobody = vouchForTenant('nobody');
      await under.store.put(nobody, tenantConfigSchema.parse({ tenant_id: nobody }), false);
      expect(await under.list.list(10)).toEqual({ tenants: [] });
    });

    it('tells of a tenant since when it is and its newest version, and nothing else', async () => {
      await put('m');
      const createdAt = '2026-01-01T00:00:00.000Z';
      expect(await pages(10)).toEqual([[{ tenantId: 'm', createdAt, configVersion: 1 }]]);
      clock.ms += 86_400_000;
      await put('m');
      await Promise.all([put('m'), put('m'), put('m')]);
      expect(await pages(10)).toEqual([[{ tenantId: 'm', createdAt, configVersion: 5 }]]);
    });

    const all = ['a', 'a-1', 'a0', 'b', 'm', `z${'9'.repeat(62)}`];
    it.each([1, 2, 3, 5, 6, 7, 100])('gives every tenant once, by id, in pages of %i', async (limit) => {
      for (const id of all) if (id !== 'm') await put(id);
      const found = await pages(limit);
      expect(found.map(idsOf)).toEqual(
        Array.from({ length: Math.ceil(all.length / limit) }, (_, n) =>
          all.slice(n * limit, (n + 1) * limit),
        ),
      );
    });

    it('goes on after the last one that was seen, whoever came meanwhile', async () => {
      const { cursor } = await under.list.list(2);
      await put('a-0');
      await put('a1');
      const { tenants } = await under.list.list(2, cursor);
      expect(idsOf(tenants)).toEqual(['a0', 'a1']);
      expect(idsOf((await under.list.list(100, encodeTenantCursor('a-00'))).tenants)[0]).toBe('a-1');
    });

    const as64 = (text: string) => Buffer.from(text).toString('base64url');
    it.each([
      ['nothing', ''],
      ['no base64', '%%%'],
      ['no JSON', as64('tenants')],
      ['a tenant by itself', as64('"a"')],
      ["a cursor of a tenant's documents", as64(`["a","doc_${'0'.repeat(26)}"]`)],
      ['a key in place of a tenant', as64('["tenants","TENANT#a"]')],
      ['no tenant', as64('["tenants",""]')],
      ['more than there is in one', as64('["tenants","a","b"]')],
      ['another way to write it', `${encodeTenantCursor('a')}=`],
      ['spaces in it', as64('["tenants", "a"]')],
      ['endlessly much', encodeTenantCursor('a'.repeat(10_000))],
    ])('refuses a cursor that is %s', async (_what, cursor) => {
      await expect(under.list.list(10, cursor)).rejects.toBeInstanceOf(BadCursor);
    });

    it('takes a cursor of the longest id', async () => {
      const cursor = encodeTenantCursor('z'.repeat(63));
      expect(await under.list.list(10, cursor)).toEqual({ tenants: [] });
    });
  });
}
