import { describe, expect, it } from 'vitest';
import { BadCursor } from '../pages/cursor.ts';
import { vouchForTenant } from '../tenants/tenant-id.ts';
import type { DocumentRecord } from './document.ts';
import { createMemoryLedger } from './ledger.memory.ts';
import type { DocumentLedger } from './ledger.ts';
import { decodeListCursor, encodeListCursor } from './list-cursor.ts';
import { listVisible } from './list-visible.ts';

const tenant = vouchForTenant('t1');
/** An id by its time, in milliseconds, and what is random in it. */
const idOf = (ms: number, random = 0) =>
  `doc_${String(ms).padStart(10, '0')}${String(random).padStart(16, '0')}`;
const forAll = (record: DocumentRecord) => record.groups.length === 0;

/** The ids of visible and of hidden documents, all in one ledger that counts its reads. */
async function ledgerOf(visible: readonly string[], hidden: readonly string[]) {
  const memory = createMemoryLedger();
  for (const id of [...visible, ...hidden]) {
    const groups = hidden.includes(id) ? ['board'] : [];
    const upload = { title: 't', filename: 'f', mediaType: 'text/plain', sha256: id, bytes: 1, groups };
    await memory.create(tenant, id, upload);
  }
  const counted = { reads: 0, largest: 0 };
  const ledger: Pick<DocumentLedger, 'list'> = {
    list: (of, limit, cursor) => {
      counted.reads++;
      counted.largest = Math.max(counted.largest, limit);
      return memory.list(of, limit, cursor);
    },
  };
  /** Every page, and which document each cursor names. */
  const pages = async (limit: number) => {
    const shown: string[][] = [];
    const named: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listVisible(ledger, tenant, forAll, limit, cursor);
      shown.push(page.documents.map(({ documentId }) => documentId));
      cursor = page.cursor;
      if (cursor !== undefined) named.push(decodeListCursor(tenant, cursor));
    } while (cursor !== undefined && shown.length < 1_000);
    return { shown, named };
  };
  return { ledger, counted, pages };
}
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => idOf(from + n));
const newestFirst = (ids: readonly string[]) => [...ids].sort().reverse();

describe('a list of visible documents', () => {
  it.each([1, 2, 3, 7, 50, 100])(
    'in pages of %i shows each once, full pages, and names no hidden one',
    async (limit) => {
      const all = range(0, 330);
      const visible = all.filter((_, n) => n % 3 === 0 || (n > 120 && n < 140));
      const hidden = all.filter((id) => !visible.includes(id));
      const { pages, counted } = await ledgerOf(visible, hidden);
      const { shown, named } = await pages(limit);
      expect(shown.flat()).toEqual(newestFirst(visible));
      for (const page of shown.slice(0, -1)) expect(page).toHaveLength(limit);
      expect(shown.at(-1)).not.toHaveLength(0);
      expect(named).toEqual(shown.slice(0, -1).map((page) => page.at(-1)));
      expect(counted.largest).toBe(100);
    },
  );

  it('is empty and ends where none is visible', async () => {
    const { pages } = await ledgerOf([], range(0, 250));
    expect(await pages(1)).toEqual({ shown: [[]], named: [] });
  });

  it('reads at most 50 pages at once, and reaches what lies behind more hidden ones than that', async () => {
    const hidden = [...range(10, 4_000), ...range(4_001, 10_500)];
    const visible = [idOf(0), idOf(5), idOf(4_000), idOf(10_500), idOf(5_501, 1), idOf(5_501, 2)];
    const { ledger, counted, pages } = await ledgerOf(visible, hidden);
    for (const limit of [1, 2, 4]) {
      const { shown, named } = await pages(limit);
      expect(shown.flat()).toEqual(newestFirst(visible));
      expect(shown.length).toBeLessThan(10);
      for (const id of named) expect(hidden).not.toContain(id);
    }
    counted.reads = 0;
    await listVisible(ledger, tenant, () => false, 1);
    expect(counted.reads).toBe(50);
  });

  it('goes on where a page of the ledger is empty, as one of documents in deletion is', async () => {
    const { ledger } = await ledgerOf([idOf(1)], []);
    let reads = 0;
    const empty: Pick<DocumentLedger, 'list'> = {
      list: async (of, limit, cursor) =>
        ++reads % 60 === 0
          ? ledger.list(of, limit, cursor)
          : { documents: [], cursor: encodeListCursor(tenant, idOf(10_000 - reads)) },
    };
    const first = await listVisible(empty, tenant, forAll, 1);
    expect([first.documents, reads]).toEqual([[], 50]);
    const second = await listVisible(empty, tenant, forAll, 1, first.cursor);
    expect(second.documents.map(({ documentId }) => documentId)).toEqual([idOf(1)]);
    expect(second.cursor).toBeUndefined();
  });

  it('takes no cursor of another tenant', async () => {
    const { ledger } = await ledgerOf([idOf(1)], []);
    const theirs = encodeListCursor(vouchForTenant('t2'), idOf(1));
    await expect(listVisible(ledger, tenant, forAll, 1, theirs)).rejects.toBeInstanceOf(BadCursor);
  });
});
