import { z } from 'zod';
import { BadCursor, decodeCursor, encodeCursor } from '../pages/cursor.ts';
import type { TenantId } from '../tenants/tenant-id.ts';
import { documentIdSchema } from './schema.ts';

const parts = z.tuple([z.string(), documentIdSchema]);

/** A cursor says after which document a page begins, and whose list it is. */
export const encodeListCursor = (tenant: TenantId, after: string): string => encodeCursor([tenant, after]);

/** @throws {BadCursor} when the text is no cursor, or another tenant's. */
export function decodeListCursor(tenant: TenantId, cursor: string): string {
  const [whose, after] = decodeCursor(parts, cursor);
  if (whose !== tenant) throw new BadCursor();
  return after;
}
