import { expect, it } from 'vitest';
import type { TenantId } from '../tenants/tenant-id.ts';
import type { IndexStoreHarness } from './index-store-harness.ts';

/** The promises of `IndexStore` about whom documents are for; a part of `indexStoreContract`. */
export function indexStoreGroupsContract({
  harness,
  publish,
  add,
}: {
  harness: () => IndexStoreHarness;
  /** Uploads and publishes one version in a segment of its own. */
  publish: (tenant: TenantId, id: string, version: number) => Promise<'published' | 'superseded'>;
  /** The same with a ledger item for it, which is for everybody. */
  add: (tenant: TenantId, id: string) => Promise<'published' | 'superseded'>;
}): void {
  /** Whom the index shows a document to: nobody (`undefined`) where it is not live. */
  const liveGroups = async (tenant: TenantId, id: string) =>
    (await harness().store.manifest(tenant))?.segments
      .flatMap(({ documents }) => documents)
      .filter((document) => document.document_id === id)
      .map(({ groups = [] }) => groups)[0];
  const ledgerGroups = async (tenant: TenantId, id: string) =>
    (await harness().getDocument(tenant, id))?.groups ?? [];

  it('publishes a document for the groups that its ledger item names, and a new version too', async () => {
    const tenant = harness().newTenant();
    const groups = ['staff', 'board'];
    await harness().putDocument(tenant, { document_id: 'a', version: 1, groups });
    expect(await publish(tenant, 'a', 1)).toBe('published');
    expect(await liveGroups(tenant, 'a')).toEqual(groups);
    await harness().putDocument(tenant, { document_id: 'a', version: 2, groups: ['board'] });
    expect(await publish(tenant, 'a', 2)).toBe('published');
    expect(await liveGroups(tenant, 'a')).toEqual(['board']);
    await add(tenant, 'b');
    expect(await liveGroups(tenant, 'b')).toEqual([]);
  });

  it('changes whom a document is for in the index and in the ledger, and nothing else', async () => {
    const tenant = harness().newTenant();
    await add(tenant, 'a');
    await add(tenant, 'b');
    const [before, item] = [await harness().store.manifest(tenant), await harness().getDocument(tenant, 'a')];
    expect(await harness().store.regroup(tenant, 'a', ['staff'])).toBe(true);
    expect(await liveGroups(tenant, 'a')).toEqual(['staff']);
    expect(await liveGroups(tenant, 'b')).toEqual([]);
    expect(await harness().getDocument(tenant, 'a')).toEqual({ ...item, groups: ['staff'] });
    expect((await harness().store.manifest(tenant))?.id).not.toBe(before?.id);
    expect(await harness().store.regroup(tenant, 'a', ['staff'])).toBe(true);
    expect(await harness().store.regroup(tenant, 'a', [])).toBe(true);
    expect((await harness().store.manifest(tenant))?.segments).toEqual(before?.segments);
    expect(await harness().getDocument(tenant, 'a')).toEqual(item);
  });

  it('changes whom a document is for that cannot be found yet, or failed', async () => {
    const tenant = harness().newTenant();
    await harness().putDocument(tenant, { document_id: 'a', version: 1, state: 'parsing' });
    expect(await harness().store.regroup(tenant, 'a', ['staff'])).toBe(true);
    expect(await harness().store.manifest(tenant)).toBeUndefined();
    expect(await publish(tenant, 'a', 1)).toBe('published');
    expect(await liveGroups(tenant, 'a')).toEqual(['staff']);
    await harness().putDocument(tenant, { document_id: 'b', version: 1, state: 'failed', reason: 'Empty.' });
    const before = await harness().store.manifest(tenant);
    expect(await harness().store.regroup(tenant, 'b', ['board'])).toBe(true);
    expect(await harness().getDocument(tenant, 'b')).toMatchObject({ state: 'failed', groups: ['board'] });
    expect(await harness().store.manifest(tenant)).toEqual(before);
  });

  it('changes nothing of a document that is unknown, deleted, in deletion, or of another tenant', async () => {
    const [tenant, other] = [harness().newTenant(), harness().newTenant()];
    await add(tenant, 'a');
    await harness().putDocument(tenant, { document_id: 'going', version: 1, deleting: true });
    const before = await harness().store.manifest(tenant);
    expect(await harness().store.regroup(tenant, 'unknown', ['staff'])).toBe(false);
    expect(await harness().store.regroup(tenant, 'going', ['staff'])).toBe(false);
    expect(await harness().store.regroup(other, 'a', ['staff'])).toBe(false);
    expect(await harness().getDocument(tenant, 'unknown')).toBeUndefined();
    expect(await harness().getDocument(other, 'a')).toBeUndefined();
    expect(await ledgerGroups(tenant, 'going')).toEqual([]);
    expect(await harness().store.manifest(tenant)).toEqual(before);
    expect(await harness().store.manifest(other)).toBeUndefined();
  });

  it('does not bring a hidden document back when whom it is for changes', async () => {
    const tenant = harness().newTenant();
    await add(tenant, 'a');
    await add(tenant, 'b');
    await harness().store.hide(tenant, 'a');
    expect(await harness().store.regroup(tenant, 'a', ['staff'])).toBe(true);
    expect(await liveGroups(tenant, 'a')).toBeUndefined();
  });

  it('publishes nothing for groups that changed while it was under way', async ({ skip }) => {
    const { onceInSwap } = harness();
    if (!onceInSwap) return skip();
    const tenant = harness().newTenant();
    await harness().putDocument(tenant, { document_id: 'a', version: 1, groups: ['all', 'staff'] });
    // A document that is not live is changed without a move of the pointer: only the ledger's item tells.
    onceInSwap(async () => void (await harness().store.regroup(tenant, 'a', ['staff'])));
    expect(await publish(tenant, 'a', 1)).toBe('published');
    expect(await liveGroups(tenant, 'a')).toEqual(['staff']);
    await harness().putDocument(tenant, { document_id: 'b', version: 1 });
    onceInSwap(async () => void (await harness().store.regroup(tenant, 'b', ['staff'])));
    expect(await publish(tenant, 'b', 1)).toBe('published');
    expect(await liveGroups(tenant, 'b')).toEqual(['staff']);
  });

  it('leaves no publish with other groups than the last change, whichever comes first', async ({ skip }) => {
    const { onceInTransaction } = harness();
    if (!onceInTransaction) return skip();
    const tenant = harness().newTenant();
    await add(tenant, 'b');
    await harness().putDocument(tenant, { document_id: 'a', version: 1, state: 'indexing' });
    // Published between the look at what is live and the write, when the ledger still names no groups.
    onceInTransaction(async () => void (await publish(tenant, 'a', 1)));
    expect(await harness().store.regroup(tenant, 'a', ['staff'])).toBe(true);
    expect(await liveGroups(tenant, 'a')).toEqual(['staff']);
    const first = harness().newTenant();
    await harness().putDocument(first, { document_id: 'a', version: 1, state: 'indexing' });
    onceInTransaction(async () => void (await publish(first, 'a', 1)));
    expect(await harness().store.regroup(first, 'a', ['staff'])).toBe(true);
    expect(await liveGroups(first, 'a')).toEqual(['staff']);
    expect(await ledgerGroups(first, 'a')).toEqual(['staff']);
  });

  it('never differs between index and ledger, when all kinds of changes come at once', {
    timeout: 60_000,
  }, async () => {
    const tenant = harness().newTenant();
    const ids = Array.from({ length: 6 }, (_, i) => `d${i}`);
    for (const id of ids) await harness().putDocument(tenant, { document_id: id, version: 1 });
    await add(tenant, 'gone');
    await Promise.all([
      ...ids.map((id) => publish(tenant, id, 1)),
      ...ids.map((id) => harness().store.regroup(tenant, id, ['one'])),
      ...ids.map((id) => harness().store.regroup(tenant, id, ['two', 'three'])),
      harness().store.regroup(tenant, 'gone', ['one']),
      harness().store.hide(tenant, 'gone'),
    ]);
    for (const id of ids) {
      const groups = await liveGroups(tenant, id);
      expect([['one'], ['two', 'three']]).toContainEqual(groups);
      expect(await ledgerGroups(tenant, id)).toEqual(groups);
    }
    expect(await liveGroups(tenant, 'gone')).toBeUndefined();
  });
}
