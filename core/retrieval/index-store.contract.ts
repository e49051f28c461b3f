import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TenantId } from '../tenants/tenant-id.ts';
import { indexStoreGroupsContract } from './index-store-groups.contract.ts';
import type { IndexStoreHarness } from './index-store-harness.ts';
import type { BuiltSegment } from './segment.ts';
import { segmentFileNames } from './segment.ts';

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

    indexStoreGroupsContract({ harness: () => harness, publish, add });

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
