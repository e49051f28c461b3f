import { describe, expect, it } from 'vitest';
import { BadCursor } from '../pages/cursor.ts';
import { type TenantId, vouchForTenant } from '../tenants/tenant-id.ts';
import type { AttemptRef, DocumentRecord } from './document.ts';
import { newDocumentId } from './document-id.ts';
import type { DocumentLedger, Upload } from './ledger.ts';

let counter = 0;
const someTenant = () => vouchForTenant(`ledger-${process.pid}-${++counter}`);
const upload = (sha256: string): Upload => ({
  title: 'Prices',
  filename: 'prices.md',
  mediaType: 'text/markdown',
  sha256,
  bytes: 12,
});
const refOf = (record: DocumentRecord): AttemptRef => ({
  documentId: record.documentId,
  version: record.version,
  attempt: record.attempts,
});

/** What every ledger promises. `setReady` is the change that a publish makes in the same store. */
export function ledgerContract(
  make: () => {
    ledger: DocumentLedger;
    setReady: (tenant: TenantId, documentId: string, version: number, chunks: number) => Promise<void>;
  },
): void {
  const create = async (ledger: DocumentLedger, tenant: TenantId, sha256 = 'a1') => {
    const record = await ledger.create(tenant, newDocumentId(), upload(sha256));
    if (!record) throw new Error('not created');
    return record;
  };

  describe('document ledger', () => {
    it('registers a document once for its content, however many ask at the same time', async () => {
      const { ledger } = make();
      const tenant = someTenant();
      const all = await Promise.all(
        Array.from({ length: 6 }, () => ledger.create(tenant, newDocumentId(), upload('same'))),
      );
      const created = all.filter((record) => record !== undefined);
      expect(created).toHaveLength(1);
      expect(created[0]).toMatchObject({ state: 'queued', version: 1, attempts: 1, chunks: 0 });
      expect(await ledger.contentOwner(tenant, 'same')).toBe(created[0]?.documentId);
      expect((await ledger.list(tenant, 10)).documents).toHaveLength(1);
    });

    it('shows a tenant nothing of another', async () => {
      const { ledger } = make();
      const [one, other] = [someTenant(), someTenant()];
      const record = await create(ledger, one);
      expect(await ledger.get(other, record.documentId)).toBeUndefined();
      expect(await ledger.contentOwner(other, 'a1')).toBeUndefined();
      expect(await ledger.markDeleting(other, record.documentId)).toBeUndefined();
      expect(await ledger.advance(other, refOf(record), 'parsing')).toBe('gone');
      expect((await ledger.list(other, 10)).documents).toEqual([]);
      expect(await ledger.get(one, record.documentId)).toEqual(record);
    });

    it('moves an attempt forward and never back', async () => {
      const { ledger } = make();
      const tenant = someTenant();
      const record = await create(ledger, tenant);
      const ref = refOf(record);
      expect(await ledger.advance(tenant, ref, 'parsing', 'A title')).toBe('advanced');
      expect(await ledger.advance(tenant, ref, 'embedding')).toBe('advanced');
      expect(await ledger.advance(tenant, ref, 'embedding')).toBe('advanced');
      expect(await ledger.advance(tenant, ref, 'parsing')).toBe('unchanged');
      expect(await ledger.get(tenant, record.documentId)).toMatchObject({
        state: 'embedding',
        title: 'A title',
      });
    });

    it('lets a task of an old attempt or version change nothing', async () => {
      const { ledger } = make();
      const tenant = someTenant();
      const first = await create(ledger, tenant);
      expect(await ledger.fail(tenant, refOf(first), 'It is empty.')).toBe(true);
      expect(await ledger.fail(tenant, refOf(first), 'Other words.')).toBe(false);
      const failed = (await ledger.get(tenant, first.documentId)) as DocumentRecord;
      expect(failed).toMatchObject({ state: 'failed', reason: 'It is empty.' });
      expect(await ledger.advance(tenant, refOf(first), 'parsing')).toBe('over');

      const again = await ledger.restart(tenant, failed);
      expect(again).toMatchObject({ state: 'queued', attempts: 2, version: 1 });
      expect(again).not.toHaveProperty('reason');
      expect(await ledger.restart(tenant, failed)).toBeUndefined();
      expect(await ledger.advance(tenant, refOf(first), 'parsing')).toBe('over');
      expect(await ledger.fail(tenant, refOf(first), 'Late.')).toBe(false);

      const next = await ledger.addVersion(tenant, again as DocumentRecord, upload('b2'));
      expect(next).toMatchObject({ state: 'queued', version: 2, attempts: 1, sha256: 'b2' });
      expect(await ledger.advance(tenant, refOf(again as DocumentRecord), 'parsing')).toBe('over');
      expect(await ledger.advance(tenant, refOf(next as DocumentRecord), 'parsing')).toBe('advanced');
    });

    it('takes a new name with a restart, and keeps the old one without', async () => {
      const { ledger } = make();
      const tenant = someTenant();
      const first = await create(ledger, tenant);
      const naming = { title: 'Notes', filename: 'notes.txt', mediaType: 'text/plain' };
      const second = (await ledger.restart(tenant, first, naming)) as DocumentRecord;
      expect(second).toMatchObject({ ...naming, sha256: 'a1', bytes: 12, attempts: 2 });
      expect(await ledger.restart(tenant, second)).toMatchObject({ ...naming, attempts: 3 });
    });

    it('remembers what the version that can be found is called', async () => {
      const { ledger, setReady } = make();
      const tenant = someTenant();
      const { documentId } = await create(ledger, tenant, 'one');
      await setReady(tenant, documentId, 1, 7);
      const read = async () => (await ledger.get(tenant, documentId)) as DocumentRecord;
      for (const version of [2, 3]) {
        const other = { ...upload(`content ${version}`), title: `Title ${version}` };
        await ledger.addVersion(tenant, await read(), other);
        expect(await read()).toMatchObject({
          title: `Title ${version}`,
          liveTitle: 'Prices',
          liveVersion: 1,
        });
        await ledger.fail(tenant, refOf(await read()), 'It is empty.');
      }
      await ledger.restart(tenant, await read());
      await setReady(tenant, documentId, 3, 7);
      const next = { ...upload('content 4'), title: 'Title 4' };
      await ledger.addVersion(tenant, await read(), next);
      expect(await read()).toMatchObject({ title: 'Title 4', liveTitle: 'Title 3', liveVersion: 3 });
    });

    it('hands the claim from the old content to the new one with a new version', async () => {
      const { ledger, setReady } = make();
      const tenant = someTenant();
      const record = await create(ledger, tenant, 'old');
      await setReady(tenant, record.documentId, 1, 7);
      const ready = (await ledger.get(tenant, record.documentId)) as DocumentRecord;
      expect(ready).toMatchObject({ state: 'ready', chunks: 7 });
      const both = await Promise.all([
        ledger.addVersion(tenant, ready, upload('new-1')),
        ledger.addVersion(tenant, ready, upload('new-2')),
      ]);
      expect(both.filter((version) => version !== undefined)).toHaveLength(1);
      const now = (await ledger.get(tenant, record.documentId)) as DocumentRecord;
      expect(now).toMatchObject({ version: 2, state: 'queued', chunks: 7, liveVersion: 1 });
      expect(await ledger.contentOwner(tenant, 'old')).toBeUndefined();
      expect(await ledger.contentOwner(tenant, now.sha256)).toBe(record.documentId);
      const lost = now.sha256 === 'new-1' ? 'new-2' : 'new-1';
      expect(await ledger.contentOwner(tenant, lost)).toBeUndefined();
    });

    it('keeps whom a document is for with every change', async () => {
      const { ledger, setReady } = make();
      const tenant = someTenant();
      const groups = ['staff', 'board'];
      const record = await ledger.create(tenant, newDocumentId(), { ...upload('a1'), groups });
      expect(record?.groups).toEqual(groups);
      const documentId = record?.documentId ?? '';
      const read = async () => (await ledger.get(tenant, documentId)) as DocumentRecord;
      expect((await ledger.list(tenant, 10)).documents).toMatchObject([{ groups }]);
      expect(await ledger.restart(tenant, await read())).toMatchObject({ groups });
      await ledger.advance(tenant, refOf(await read()), 'parsing', 'A title');
      await setReady(tenant, documentId, 1, 7);
      // An upload of other groups does not change them: they change in the index at the same time or not at all.
      const other = { ...upload('b2'), groups: ['everybody'] };
      expect(await ledger.addVersion(tenant, await read(), other)).toMatchObject({ version: 2, groups });
      await ledger.fail(tenant, refOf(await read()), 'It is empty.');
      expect(await read()).toMatchObject({ state: 'failed', groups });
      expect((await create(ledger, tenant, 'c3')).groups).toEqual([]);
    });

    it('does not let a version take the content of another document', async () => {
      const { ledger } = make();
      const tenant = someTenant();
      const a = await create(ledger, tenant, 'of-a');
      const b = await create(ledger, tenant, 'of-b');
      expect(await ledger.addVersion(tenant, a, upload('of-b'))).toBeUndefined();
      expect(await ledger.get(tenant, a.documentId)).toEqual(a);
      expect(await ledger.contentOwner(tenant, 'of-b')).toBe(b.documentId);
    });

    it('keeps a document in deletion from every change, and forgets it at the end', async () => {
      const { ledger } = make();
      const tenant = someTenant();
      const record = await create(ledger, tenant);
      await ledger.remove(tenant, { ...record, sha256: 'not-its-own' });
      expect(await ledger.get(tenant, record.documentId)).toEqual(record);

      const marked = (await ledger.markDeleting(tenant, record.documentId)) as DocumentRecord;
      expect(marked.deleting).toBe(true);
      expect(await ledger.advance(tenant, refOf(record), 'parsing')).toBe('gone');
      expect(await ledger.fail(tenant, refOf(record), 'no')).toBe(false);
      expect(await ledger.restart(tenant, marked)).toBeUndefined();
      expect(await ledger.addVersion(tenant, marked, upload('b2'))).toBeUndefined();
      expect((await ledger.list(tenant, 10)).documents).toHaveLength(1);
      await ledger.markHidden(tenant, record.documentId);
      expect((await ledger.list(tenant, 10)).documents).toEqual([]);

      // The same content may come again before the old document is forgotten.
      const successor = await ledger.create(tenant, newDocumentId(), upload('a1'), record.documentId);
      expect(successor).toBeDefined();
      await ledger.remove(tenant, marked);
      await ledger.remove(tenant, marked);
      expect(await ledger.get(tenant, record.documentId)).toBeUndefined();
      expect(await ledger.contentOwner(tenant, 'a1')).toBe(successor?.documentId);
      expect(await ledger.advance(tenant, refOf(record), 'parsing')).toBe('gone');
    });

    it('lists in pages, newest first, with cursors that work for their tenant alone', async () => {
      const { ledger } = make();
      const tenant = someTenant();
      const ids: string[] = [];
      for (let i = 0; i < 5; i++) ids.push((await create(ledger, tenant, `c${i}`)).documentId);
      const seen: string[] = [];
      let cursor: string | undefined;
      for (let pages = 0; pages < 5; pages++) {
        const page = await ledger.list(tenant, 2, cursor);
        expect(page.documents.length).toBeLessThanOrEqual(2);
        seen.push(...page.documents.map((document) => document.documentId));
        cursor = page.cursor;
        if (cursor === undefined) break;
        await expect(ledger.list(someTenant(), 2, cursor)).rejects.toBeInstanceOf(BadCursor);
      }
      expect(cursor).toBeUndefined();
      expect(seen).toEqual([...ids].sort().reverse());
      for (const bad of ['', 'x', Buffer.from('["t"]').toString('base64url')]) {
        await expect(ledger.list(tenant, 2, bad)).rejects.toBeInstanceOf(BadCursor);
      }
    });
  });
}
