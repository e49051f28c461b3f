import { z } from 'zod';
import type { TenantId } from '../tenants/tenant-id.ts';
import { BadCursor } from './ledger.ts';
import { documentIdSchema } from './schema.ts';

const content = z.tuple([z.string(), documentIdSchema]);

/** A cursor says after which document a page begins, and whose list it is. */
export const encodeCursor = (tenant: TenantId, after: string): string =>
  Buffer.from(JSON.stringify([tenant, after])).toString('base64url');

/** @throws {BadCursor} when the text is no cursor, or another tenant's. */
export function decodeCursor(tenant: TenantId, cursor: string): string {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw new BadCursor();
  }
  const parsed = content.safeParse(value);
  if (!parsed.success || parsed.data[0] !== tenant) throw new BadCursor();
  return parsed.data[1];
}
