import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TenantId } from '../tenants/tenant-id.ts';
import type { IndexStore } from './index-store.ts';
import type { BuiltSegment } from './segment.ts';
import { segmentFileNames } from './segment.ts';

/** What the suite needs around the store: tenants nobody else uses, and the ledger items that a publish changes. */
export interface IndexStoreHarness {
  readonly store: IndexStore;
  newTenant(): TenantId;
  putDocument(tenant: TenantId, document: LedgerState): Promise<void>;
  getDocument(tenant: TenantId, documentId: string): Promise<Record<string, unknown> | undefined>;
  /** @returns puts the tenant's pointer back to what it is now, as a restored table does */
  savePointer(tenant: TenantId): Promise<() => Promise<void>>;
  /** Runs something once between the next swap's look at the pointer and its move; where a swap takes time at all. */
  onceInSwap?(run: () => Promise<void>): void;
  /** Runs something once just before the next transaction, after all that it rests on was read. */
  onceInTransaction?(run: () => Promise<void>): void;
}

export interface LedgerState {
  readonly document_id: string;
  readonly version: number;
  readonly state?: string;
  readonly reason?: string;
  readonly deleting?: boolean;
  readonly groups?: readonly string[];
}

const madeUp = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A segment as the store sees it: files whose content does not matter here. */
async function segmentOf(
  tenant: TenantId,
  id: string,
  documents: BuiltSegment['segment']['documents'],
): Promise<BuiltSegment> {
  const files = Object.fromEntries(segmentFileNames.map((name) => [name, madeUp(`${id} ${name}`)]));
  const sums = await Promise.all(
    segmentFileNames.map(async (name) => {
      const bytes = madeUp(`${id} ${name}`);
      const sum = Buffer.from(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
      return [name, { bytes: bytes.length, sha256: sum.toString('hex') }];
    }),
  );
  return {
    segment: {
      format: 1,
      id,
      tenant_id: tenant,
      embedder: 'none',
      dimensions: 1,
      documents,
      files: Object.fromEntries(sums) as BuiltSegment['segment']['files'],
    },
    files: files as BuiltSegment['files'],
  };
}

/** The promises of `IndexStore`, for every adapter. */
export function indexStoreContract(
  start: () => Promise<IndexStoreHarness & { stop?(): Promise<void> }>,
): void {
  describe('index store', () => {
    let harness: IndexStoreHarness & { stop?(): Promise<void> };
    beforeAll(async () => {
      harness = await start();
    });
    afterAll(() => harness?.stop?.());

    /** Registers, uploads and publishes one version in a segment of its own. */
    const publish = async (
      tenant: TenantId,
      id: string,
      version: number,
      segmentId = `seg-${id}-${version}`,
    ) => {
      const documents = [{ document_id: id, version, chunks: 2 }];
      const built = await segmentOf(tenant, segmentId, documents);
      await harness.store.upload(tenant, built);
      return harness.store.publish(tenant, built.segment, { document_id: id, version, chunks: 2 });
    };
    const add = async (tenant: TenantId, id: string, version = 1) => {
      await harness.putDocument(tenant, { document_id: id, version, state: 'indexing', reason: 'earlier' });
      return publish(tenant, id, version);
    };
    /** Whom the index shows a document to: nobody (`undefined`) where it is not live. */
    const liveGroups = async (tenant: TenantId, id: string) =>
      (await harness.store.manifest(tenant))?.segments
        .flatMap(({ documents }) => documents)
        .filter((document) => document.document_id === id)
        .map(({ groups = [] }) => groups)[0];
    const ledgerGroups = async (tenant: TenantId, id: string) =>
      (await harness.getDocument(tenant, id))?.groups ?? [];
    const segmentIds = async (tenant: TenantId) =>
      (await harness.store.manifest(tenant))?.segments.map(({ id }) => id).sort();

    it('has no manifest before the first publish', async () => {
      expect(await harness.store.manifest(harness.newTenant())).toBeUndefined();
    });

    it('gives back what was uploaded, and nothing of it to another tenant', async () => {
      const [tenant, other] = [harness.newTenant(), harness.newTenant()];
      const built = await segmentOf(tenant, 'seg-a', [{ document_id: 'a', version: 1, chunks: 1 }]);
      await harness.store.upload(tenant, built);
      await harness.store.upload(tenant, built);
      const read = await harness.store.readSegment(tenant, 'seg-a');
      expect(read.segment).toEqual(built.segment);
      for (const name of segmentFileNames)
        expect(Buffer.from(read.files[name]).equals(built.files[name])).toBe(true);
      await expect(harness.store.readSegment(other, 'seg-a')).rejects.toThrow();
      await expect(harness.store.upload(other, built)).rejects.toThrow();
      await expect(
        harness.store.publish(other, built.segment, { document_id: 'a', version: 1, chunks: 1 }),
      ).rejects.toThrow();
    });

    it('reports a damaged file when the segment is read', async () => {
      const tenant = harness.newTenant();
      const built = await segmentOf(tenant, 'seg-bad', [{ document_id: 'a', version: 1, chunks: 1 }]);
      const files = { ...built.files, 'chunks.jsonl': madeUp('something else') };
      await harness.store.upload(tenant, { ...built, files });
      await expect(harness.store.readSegment(tenant, 'seg-bad')).rejects.toThrow(/chunks\.jsonl/);
    });

    it('publishes and marks the document ready in one step', async () => {
      const tenant = harness.newTenant();
      expect(await add(tenant, 'a')).toBe('published');
      expect(await harness.store.manifest(tenant)).toMatchObject({
        tenant_id: tenant,
        revision: 1,
        segments: [{ id: 'seg-a-1', documents: [{ document_id: 'a', version: 1, chunks: 2 }] }],
        tombstones: [],
      });
      const document = await harness.getDocument(tenant, 'a');
      expect(document).toMatchObject({ state: 'ready', chunks: 2 });
      expect(document?.reason).toBeUndefined();
    });

    it('changes nothing when a publish is repeated', async () => {
      const tenant = harness.newTenant();
      await add(tenant, 'a');
      const before = await harness.store.manifest(tenant);
      expect(await publish(tenant, 'a', 1)).toBe('published');
      expect(await harness.store.manifest(tenant)).toEqual(before);
    });

    it('gives every change an id that is not used again', async () => {
      const tenant = harness.newTenant();
      const ids: (string | undefined)[] = [];
      const note = async () => ids.push((await harness.store.manifest(tenant))?.id);
      await add(tenant, 'a');
      await note();
      await add(tenant, 'b');
      await note();
      await harness.store.hide(tenant, 'a');
      await note();
      for (const id of ids) expect(id).toMatch(/^[0-9a-z]{26}$/);
      expect(new Set(ids).size).toBe(3);
    });

    it('follows a pointer that goes back, and revisions that come again', async () => {
      const tenant = harness.newTenant();
      const asNew = await harness.savePointer(tenant);
      await add(tenant, 'a');
      const first = await harness.store.manifest(tenant);
      const asFirst = await harness.savePointer(tenant);
      await add(tenant, 'b');
      const second = await harness.store.manifest(tenant);
      await asFirst();
      expect(await harness.store.manifest(tenant)).toEqual(first);
      await add(tenant, 'c');
      const other = await harness.store.manifest(tenant);
      expect(other?.revision).toBe(second?.revision);
      expect(other?.id).not.toBe(second?.id);
      expect(other?.segments.map(({ id }) => id)).toEqual(['seg-a-1', 'seg-c-1']);
      await asNew();
      expect(await harness.store.manifest(tenant)).toBeUndefined();
      await add(tenant, 'd');
      const anew = await harness.store.manifest(tenant);
      expect([anew?.revision, anew?.id === first?.id]).toEqual([1, false]);
      expect(anew?.segments.map(({ id }) => id)).toEqual(['seg-d-1']);
    });

    it('does not build on a manifest that is not live any more, whatever its revision', async ({ skip }) => {
      if (!harness.onceInSwap) return skip();
      const tenant = harness.newTenant();
      await add(tenant, 'a');
      const asFirst = await harness.savePointer(tenant);
      await add(tenant, 'b');
      // While `d` is on its way on top of `b`, the table is restored and gets the same revision with `c`.
      harness.onceInSwap(async () => {
        await asFirst();
        await add(tenant, 'c');
      });
      await add(tenant, 'd');
      expect(await segmentIds(tenant)).toEqual(['seg-a-1', 'seg-c-1', 'seg-d-1']);
    });

    it('hides the older version when a newer one is published', async () => {
      const tenant = harness.newTenant();
      await add(tenant, 'a', 1);
      await add(tenant, 'a', 2);
      expect(await segmentIds(tenant)).toEqual(['seg-a-2']);
      expect(await publish(tenant, 'a', 1)).toBe('superseded');
      expect(await segmentIds(tenant)).toEqual(['seg-a-2']);
    });

    it('replaces an earlier attempt at the same version', async () => {
      const tenant = harness.newTenant();
      await add(tenant, 'a', 1);
      expect(await publish(tenant, 'a', 1, 'seg-again')).toBe('published');
      expect(await segmentIds(tenant)).toEqual(['seg-again']);
    });

    it('publishes nothing of a document that is unknown, in deletion, or has a newer version', async () => {
      const tenant = harness.newTenant();
      expect(await publish(tenant, 'unknown', 1)).toBe('superseded');
      await harness.putDocument(tenant, { document_id: 'gone', version: 1, deleting: true });
      expect(await publish(tenant, 'gone', 1)).toBe('superseded');
      await harness.putDocument(tenant, { document_id: 'newer', version: 2, state: 'queued' });
      expect(await publish(tenant, 'newer', 1)).toBe('superseded');
      expect(await harness.store.manifest(tenant)).toBeUndefined();
      expect(await harness.getDocument(tenant, 'newer')).toMatchObject({ state: 'queued' });
    });

    it('hides a document, again without effect, and leaves the others', async () => {
      const tenant = harness.newTenant();
      await harness.store.hide(tenant, 'a');
      await add(tenant, 'a');
      await add(tenant, 'b');
      await harness.store.hide(tenant, 'a');
      const after = await harness.store.manifest(tenant);
      expect(after?.segments.map(({ id }) => id)).toEqual(['seg-b-1']);
      await harness.store.hide(tenant, 'a');
      await harness.store.hide(tenant, 'never-there');
      expect(await harness.store.manifest(tenant)).toEqual(after);
    });

    it('hides one document of a segment that holds two', async () => {
      const tenant = harness.newTenant();
      const built = await segmentOf(tenant, 'seg-both', [
        { document_id: 'a', version: 1, chunks: 1 },
        { document_id: 'b', version: 1, chunks: 1 },
      ]);
      await harness.store.upload(tenant, built);
      for (const id of ['a', 'b']) {
        await harness.putDocument(tenant, { document_id: id, version: 1 });
        await harness.store.publish(tenant, built.segment, { document_id: id, version: 1, chunks: 1 });
      }
      await harness.store.hide(tenant, 'a');
      expect(await harness.store.manifest(tenant)).toMatchObject({
        segments: [{ id: 'seg-both' }],
        tombstones: [{ document_id: 'a', below_version: 2 }],
      });
    });

    it('publishes a document for the groups that its ledger item names, and a new version too', async () => {
      const tenant = harness.newTenant();
      const groups = ['staff', 'board'];
      await harness.putDocument(tenant, { document_id: 'a', version: 1, groups });
      expect(await publish(tenant, 'a', 1)).toBe('published');
      expect(await liveGroups(tenant, 'a')).toEqual(groups);
      await harness.putDocument(tenant, { document_id: 'a', version: 2, groups: ['board'] });
      expect(await publish(tenant, 'a', 2)).toBe('published');
      expect(await liveGroups(tenant, 'a')).toEqual(['board']);
      await add(tenant, 'b');
      expect(await liveGroups(tenant, 'b')).toEqual([]);
    });

    it('changes whom a document is for in the index and in the ledger, and nothing else', async () => {
      const tenant = harness.newTenant();
      await add(tenant, 'a');
      await add(tenant, 'b');
      const [before, item] = [await harness.store.manifest(tenant), await harness.getDocument(tenant, 'a')];
      expect(await harness.store.regroup(tenant, 'a', ['staff'])).toBe(true);
      expect(await liveGroups(tenant, 'a')).toEqual(['staff']);
      expect(await liveGroups(tenant, 'b')).toEqual([]);
      expect(await harness.getDocument(tenant, 'a')).toEqual({ ...item, groups: ['staff'] });
      expect((await harness.store.manifest(tenant))?.id).not.toBe(before?.id);
      expect(await harness.store.regroup(tenant, 'a', ['staff'])).toBe(true);
      expect(await harness.store.regroup(tenant, 'a', [])).toBe(true);
      expect((await harness.store.manifest(tenant))?.segments).toEqual(before?.segments);
      expect(await harness.getDocument(tenant, 'a')).toEqual(item);
    });

    it('changes whom a document is for that cannot be found yet, or failed', async () => {
      const tenant = harness.newTenant();
      await harness.putDocument(tenant, { document_id: 'a', version: 1, state: 'parsing' });
      expect(await harness.store.regroup(tenant, 'a', ['staff'])).toBe(true);
      expect(await harness.store.manifest(tenant)).toBeUndefined();
      expect(await publish(tenant, 'a', 1)).toBe('published');
      expect(await liveGroups(tenant, 'a')).toEqual(['staff']);
      await harness.putDocument(tenant, { document_id: 'b', version: 1, state: 'failed', reason: 'Empty.' });
      const before = await harness.store.manifest(tenant);
      expect(await harness.store.regroup(tenant, 'b', ['board'])).toBe(true);
      expect(await harness.getDocument(tenant, 'b')).toMatchObject({ state: 'failed', groups: ['board'] });
      expect(await harness.store.manifest(tenant)).toEqual(before);
    });

    it('changes nothing of a document that is unknown, deleted, in deletion, or of another tenant', async () => {
      const [tenant, other] = [harness.newTenant(), harness.newTenant()];
      await add(tenant, 'a');
      await harness.putDocument(tenant, { document_id: 'going', version: 1, deleting: true });
      const before = await harness.store.manifest(tenant);
      expect(await harness.store.regroup(tenant, 'unknown', ['staff'])).toBe(false);
      expect(await harness.store.regroup(tenant, 'going', ['staff'])).toBe(false);
      expect(await harness.store.regroup(other, 'a', ['staff'])).toBe(false);
      expect(await harness.getDocument(tenant, 'unknown')).toBeUndefined();
      expect(await harness.getDocument(other, 'a')).toBeUndefined();
      expect(await ledgerGroups(tenant, 'going')).toEqual([]);
      expect(await harness.store.manifest(tenant)).toEqual(before);
      expect(await harness.store.manifest(other)).toBeUndefined();
    });

    it('does not bring a hidden document back when whom it is for changes', async () => {
      const tenant = harness.newTenant();
      await add(tenant, 'a');
      await add(tenant, 'b');
      await harness.store.hide(tenant, 'a');
      expect(await harness.store.regroup(tenant, 'a', ['staff'])).toBe(true);
      expect(await liveGroups(tenant, 'a')).toBeUndefined();
    });

    it('publishes nothing for groups that changed while it was under way', async ({ skip }) => {
      if (!harness.onceInSwap) return skip();
      const tenant = harness.newTenant();
      await harness.putDocument(tenant, { document_id: 'a', version: 1, groups: ['all', 'staff'] });
      // A document that is not live is changed without a move of the pointer: only the ledger's item tells.
      harness.onceInSwap(async () => void (await harness.store.regroup(tenant, 'a', ['staff'])));
      expect(await publish(tenant, 'a', 1)).toBe('published');
      expect(await liveGroups(tenant, 'a')).toEqual(['staff']);
      await harness.putDocument(tenant, { document_id: 'b', version: 1 });
      harness.onceInSwap(async () => void (await harness.store.regroup(tenant, 'b', ['staff'])));
      expect(await publish(tenant, 'b', 1)).toBe('published');
      expect(await liveGroups(tenant, 'b')).toEqual(['staff']);
    });

    it('leaves no publish with other groups than the last change, whichever comes first', async ({
      skip,
    }) => {
      if (!harness.onceInTransaction) return skip();
      const tenant = harness.newTenant();
      await add(tenant, 'b');
      await harness.putDocument(tenant, { document_id: 'a', version: 1, state: 'indexing' });
      // Published between the look at what is live and the write, when the ledger still names no groups.
      harness.onceInTransaction(async () => void (await publish(tenant, 'a', 1)));
      expect(await harness.store.regroup(tenant, 'a', ['staff'])).toBe(true);
      expect(await liveGroups(tenant, 'a')).toEqual(['staff']);
      const first = harness.newTenant();
      await harness.putDocument(first, { document_id: 'a', version: 1, state: 'indexing' });
      harness.onceInTransaction(async () => void (await publish(first, 'a', 1)));
      expect(await harness.store.regroup(first, 'a', ['staff'])).toBe(true);
      expect(await liveGroups(first, 'a')).toEqual(['staff']);
      expect(await ledgerGroups(first, 'a')).toEqual(['staff']);
    });

    it('never differs between index and ledger, when all kinds of changes come at once', {
      timeout: 60_000,
    }, async () => {
      const tenant = harness.newTenant();
      const ids = Array.from({ length: 6 }, (_, i) => `d${i}`);
      for (const id of ids) await harness.putDocument(tenant, { document_id: id, version: 1 });
      await add(tenant, 'gone');
      await Promise.all([
        ...ids.map((id) => publish(tenant, id, 1)),
        ...ids.map((id) => harness.store.regroup(tenant, id, ['one'])),
        ...ids.map((id) => harness.store.regroup(tenant, id, ['two', 'three'])),
        harness.store.regroup(tenant, 'gone', ['one']),
        harness.store.hide(tenant, 'gone'),
      ]);
      for (const id of ids) {
        const groups = await liveGroups(tenant, id);
        expect([['one'], ['two', 'three']]).toContainEqual(groups);
        expect(await ledgerGroups(tenant, id)).toEqual(groups);
      }
      expect(await liveGroups(tenant, 'gone')).toBeUndefined();
    });

    it('keeps both when publishes and deletes come at once', { timeout: 60_000 }, async () => {
      const tenant = harness.newTenant();
      const [old, fresh] = ['o', 'f'].map((kind) => Array.from({ length: 8 }, (_, i) => `${kind}${i}`));
      for (const id of old ?? []) await add(tenant, id);
      await Promise.all([
        ...(old ?? []).map((id) => harness.store.hide(tenant, id)),
        ...(fresh ?? []).map((id) => add(tenant, id)),
      ]);
      expect(await segmentIds(tenant)).toEqual(fresh?.map((id) => `seg-${id}-1`));
    });

    it('loses none of 50 publishes at once', { timeout: 60_000 }, async () => {
      const tenant = harness.newTenant();
      const ids = Array.from({ length: 50 }, (_, i) => `d${String(i).padStart(2, '0')}`);
      const outcomes = await Promise.all(ids.map((id) => add(tenant, id)));
      expect(outcomes).toEqual(ids.map(() => 'published'));
      expect(await segmentIds(tenant)).toEqual(ids.map((id) => `seg-${id}-1`));
      expect((await harness.store.manifest(tenant))?.revision).toBe(50);
      for (const id of ids) expect(await harness.getDocument(tenant, id)).toMatchObject({ state: 'ready' });
    });
  });
}
