import { z } from 'zod';
import { decodeCursor, encodeCursor } from '../pages/cursor.ts';
import { tenantIdText } from './tenant-id.ts';

const parts = z.tuple([z.literal('tenants'), tenantIdText]);

/** A cursor says after which tenant a page begins, and that it is of the list of tenants. */
export const encodeTenantCursor = (after: string): string => encodeCursor(['tenants', after]);

/**
 * @returns the id after which the page begins, which need not be a tenant's any more.
 * @throws {BadCursor} when the text is not what `encodeTenantCursor` makes.
 */
export const decodeTenantCursor = (cursor: string): string => decodeCursor(parts, cursor)[1];
