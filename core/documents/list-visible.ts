import type { TenantId } from '../tenants/tenant-id.ts';
import type { DocumentRecord } from './document.ts';
import type { DocumentLedger, DocumentPage } from './ledger.ts';
import { decodeListCursor, encodeListCursor } from './list-cursor.ts';

const pageSize = 100;
const maxReads = 50;
/** Of an id: `doc_` and the ten characters of a ULID that are its time. */
const timeEnd = 14;

/**
 * A page of the documents that the reader may see. Its cursor names no other: it is made of the last one shown. Where
 * 5,000 documents did not fill the page, it is shorter, or empty, and its cursor says up to which millisecond was read,
 * so that what lies behind many hidden documents can still be reached.
 *
 * @param limit records at most; at least one.
 * @throws {BadCursor} when the cursor is not one of this tenant's.
 */
export async function listVisible(
  ledger: Pick<DocumentLedger, 'list'>,
  tenant: TenantId,
  isVisible: (record: DocumentRecord) => boolean,
  limit: number,
  cursor?: string,
): Promise<DocumentPage> {
  const found: DocumentRecord[] = [];
  let next = cursor;
  for (let reads = 0; reads < maxReads; reads++) {
    const page = await ledger.list(tenant, pageSize, next);
    found.push(...page.documents.filter(isVisible));
    next = page.cursor;
    if (next === undefined || found.length > limit) break;
  }
  const documents = found.slice(0, limit);
  const lastShown = documents.at(-1)?.documentId;
  // One more than is shown tells whether there are more.
  if (found.length > limit && lastShown) return { documents, cursor: encodeListCursor(tenant, lastShown) };
  if (next === undefined) return { documents };
  const read = endOfItsMillisecond(decodeListCursor(tenant, next));
  // The further one: newest come first, so it is the smaller id.
  const after = lastShown && lastShown < read ? lastShown : read;
  return { documents, cursor: encodeListCursor(tenant, after) };
}

/** Comes before every document of the same millisecond, in the order of the list, and is none of them. */
const endOfItsMillisecond = (id: string): string => id.slice(0, timeEnd) + 'z'.repeat(id.length - timeEnd);
