import { z } from 'zod';
import { BadCursor } from '../documents/ledger.ts';
import { tenantIdText } from './tenant-id.ts';

/** More than any cursor has: an id of 63 characters makes one of 104. */
const maxChars = 200;
const content = z.tuple([z.literal('tenants'), tenantIdText]);

/** A cursor says after which tenant a page begins, and that it is of the list of tenants. */
export const encodeTenantCursor = (after: string): string =>
  Buffer.from(JSON.stringify(['tenants', after])).toString('base64url');

/**
 * @returns the id after which the page begins, which need not be a tenant's any more.
 * @throws {BadCursor} when the text is not what `encodeTenantCursor` makes.
 */
export function decodeTenantCursor(cursor: string): string {
  if (cursor.length > maxChars) throw new BadCursor();
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw new BadCursor();
  }
  const parsed = content.safeParse(value);
  // Base64 is read with anything between its characters, and JSON with spaces.
  if (!parsed.success || encodeTenantCursor(parsed.data[1]) !== cursor) throw new BadCursor();
  return parsed.data[1];
}
