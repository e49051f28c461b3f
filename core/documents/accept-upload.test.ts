import { describe, expect, it } from 'vitest';
import { vouchForTenant } from '../tenants/tenant-id.ts';
import { acceptUpload, type UploadedFile } from './accept-upload.ts';
import { createMemoryBlobStore } from './blob-store.memory.ts';
import { deleteDocument } from './delete-document.ts';
import type { DocumentRecord } from './document.ts';
import { keys } from './keys.ts';
import { createMemoryLedger } from './ledger.memory.ts';
import { segmentIdOf } from './segment-id.ts';

const tenant = vouchForTenant('t1');
const file = (text: string, documentId?: string): UploadedFile => ({
  bytes: new TextEncoder().encode(text),
  filename: '../../etc/Price list\u202e.md',
  mediaType: 'text/markdown',
  ...(documentId !== undefined && { documentId }),
});

function setUp() {
  let clock = Date.parse('2026-11-01T12:00:00Z');
  const now = () => new Date(clock);
  const ledger = createMemoryLedger(now);
  const blobs = createMemoryBlobStore();
  const hidden: string[] = [];
  const index = {
    hide: async (_: string, id: string) => {
      hidden.push(id);
    },
  };
  const send = async (text: string, documentId?: string): Promise<DocumentRecord> => {
    const result = await acceptUpload({ ledger, blobs, now }, tenant, file(text, documentId));
    if (!result.accepted) throw new Error(result.why);
    return result.record;
  };
  const failWith = (record: DocumentRecord) =>
    ledger.fail(tenant, { ...record, attempt: record.attempts }, 'It is empty.');
  const wait = (ms: number) => {
    clock += ms;
  };
  return { ledger, blobs, index, hidden, send, failWith, wait, deps: { ledger, blobs, now } };
}

describe('accepting an upload', () => {
  it('registers the document under a harmless name and stores its original', async () => {
    const { send, blobs } = setUp();
    const record = await send('# Prices');
    expect(record).toMatchObject({
      filename: 'Price list.md',
      title: 'Price list',
      state: 'queued',
      attempts: 1,
    });
    const original = await blobs.get(tenant, keys.original(tenant, record.documentId, 1));
    expect(new TextDecoder().decode(original?.bytes)).toBe('# Prices');
    expect(original?.metadata).toEqual({ filename: 'Price%20list.md' });
  });

  it('knows the same content again, also from many requests at once', async () => {
    const { send, ledger } = setUp();
    const records = await Promise.all(Array.from({ length: 5 }, () => send('same')));
    expect(new Set(records.map((record) => record.documentId)).size).toBe(1);
    expect((await ledger.list(tenant, 10)).documents).toMatchObject([{ attempts: 1 }]);
  });

  it('tries again what failed, what never started and what stalled, and nothing else', async () => {
    const { send, failWith, wait, ledger } = setUp();
    const first = await send('x');
    wait(61_000);
    const second = await send('x');
    expect(second).toMatchObject({ documentId: first.documentId, attempts: 2 });
    await failWith(second);
    const third = await send('x');
    expect(third).toMatchObject({ state: 'queued', attempts: 3 });
    await ledger.advance(tenant, { ...third, attempt: 3 }, 'embedding');
    wait(61_000);
    expect(await send('x')).toMatchObject({ state: 'embedding', attempts: 3 });
    wait(15 * 60_000);
    expect(await send('x')).toMatchObject({ state: 'queued', attempts: 4 });
    ledger.markReady(tenant, first.documentId, 1, 3);
    wait(60 * 60_000);
    expect(await send('x')).toMatchObject({ state: 'ready', attempts: 4 });
  });

  it('mends an upload that died between registering and storing', async () => {
    const { send, blobs } = setUp();
    const record = await send('x');
    await blobs.deletePrefix(tenant, keys.document(tenant, record.documentId));
    await send('x');
    expect(await blobs.get(tenant, keys.original(tenant, record.documentId, 1))).toBeDefined();
  });

  it('makes a new version of a named document, and refuses one that is not there', async () => {
    const { send, deps, ledger } = setUp();
    const first = await send('one');
    ledger.markReady(tenant, first.documentId, 1, 2);
    expect(await send('two', first.documentId)).toMatchObject({
      documentId: first.documentId,
      version: 2,
      liveVersion: 1,
      state: 'queued',
    });
    // The first version's content is nobody's any more.
    expect((await send('one')).documentId).not.toBe(first.documentId);
    const unknown = await acceptUpload(deps, tenant, file('three', `doc_${'0'.repeat(26)}`));
    expect(unknown).toEqual({ accepted: false, why: 'not-found' });
    const foreign = await acceptUpload(deps, vouchForTenant('t2'), file('three', first.documentId));
    expect(foreign).toEqual({ accepted: false, why: 'not-found' });
    const taken = await acceptUpload(deps, tenant, file('one', first.documentId));
    expect(taken).toMatchObject({ accepted: false, why: 'content-taken' });
  });
});

describe('whom an uploaded document is for', () => {
  it('is everybody, or whom its first upload names', async () => {
    const { send, deps } = setUp();
    expect((await send('for all')).groups).toEqual([]);
    const groups = ['staff', 'board'];
    const result = await acceptUpload(deps, tenant, { ...file('for few'), groups });
    expect(result).toMatchObject({ accepted: true, record: { groups } });
    expect((await send('for few')).groups).toEqual(groups);
  });

  it('is not changed by the same content again, in whatever state it is', async () => {
    const { send, deps, failWith, ledger } = setUp();
    const again = (groups: string[]) => acceptUpload(deps, tenant, { ...file('x'), groups });
    const first = await again(['staff', 'board']);
    if (!first.accepted) throw new Error(first.why);
    const { documentId } = first.record;
    const refused = { accepted: false, why: 'other-groups', documentId };
    expect(await again(['staff'])).toEqual(refused);
    expect(await again(['board', 'staff'])).toMatchObject({ accepted: true, record: { documentId } });
    await failWith(first.record);
    expect(await again(['staff', 'others'])).toEqual(refused);
    expect((await ledger.get(tenant, documentId))?.state).toBe('failed');
    const open = await send('y');
    expect(await acceptUpload(deps, tenant, { ...file('y'), groups: ['staff'] })).toEqual({
      ...refused,
      documentId: open.documentId,
    });
  });

  it('stays with a new version', async () => {
    const { send, deps, ledger } = setUp();
    const result = await acceptUpload(deps, tenant, { ...file('one'), groups: ['staff'] });
    if (!result.accepted) throw new Error(result.why);
    ledger.markReady(tenant, result.record.documentId, 1, 2);
    expect((await send('two', result.record.documentId)).groups).toEqual(['staff']);
  });
});

describe('deleting a document', () => {
  it('hides it, removes its objects and records, and lets the content come again', async () => {
    const { send, deps, index, ledger, blobs, hidden } = setUp();
    const record = await send('x');
    const other = await send('y');
    await blobs.put(
      tenant,
      keys.segment(tenant, segmentIdOf({ ...record, attempt: 1 }), 'chunks.jsonl'),
      Uint8Array.of(1),
    );
    expect(await deleteDocument({ ...deps, index }, tenant, record.documentId)).toBe(true);
    expect(hidden).toEqual([record.documentId]);
    expect(await ledger.get(tenant, record.documentId)).toBeUndefined();
    expect(await blobs.list(tenant, keys.tenant(tenant))).toEqual([
      keys.original(tenant, other.documentId, 1),
    ]);
    expect(await deleteDocument({ ...deps, index }, tenant, record.documentId)).toBe(false);
    expect((await send('x')).documentId).not.toBe(record.documentId);
  });

  it('goes on from wherever it was killed', async () => {
    for (const fault of ['hide', 'deletePrefix', 'remove'] as const) {
      const { send, deps, index, ledger, blobs } = setUp();
      const record = await send('x');
      const killed = async () => {
        throw new Error('killed');
      };
      const broken = {
        ledger: fault === 'remove' ? { ...ledger, remove: killed } : ledger,
        blobs: fault === 'deletePrefix' ? { ...blobs, deletePrefix: killed } : blobs,
        index: fault === 'hide' ? { hide: killed } : index,
      };
      await expect(deleteDocument(broken, tenant, record.documentId)).rejects.toThrow('killed');
      expect((await ledger.get(tenant, record.documentId))?.hidden).toBe(fault !== 'hide');
      // Uploaded anew in the meantime, the content becomes a document of its own.
      const successor = await send('x');
      expect(successor.documentId).not.toBe(record.documentId);
      expect(await deleteDocument({ ...deps, index }, tenant, record.documentId)).toBe(true);
      expect((await ledger.list(tenant, 5)).documents.map((document) => document.documentId)).toEqual([
        successor.documentId,
      ]);
      expect((await send('x')).documentId).toBe(successor.documentId);
    }
  });
});
