import { z } from 'zod';

declare const tenantIdBrand: unique symbol;

/**
 * The id of a tenant that something trustworthy has vouched for. Every key, token and log line takes this
 * type, so a plain string from a body, a document or a model cannot become another tenant's key.
 */
export type TenantId = string & { readonly [tenantIdBrand]: true };

/** The wire form of a tenant id: lower-case letters, digits and hyphens, 1 to 63 characters. */
export const tenantIdText = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must match ^[a-z0-9][a-z0-9-]{0,62}$');

/**
 * Makes the branded id. Only the places that establish who asks may call this: the request authenticator, the
 * verifier of service tokens and the guard on a workflow's input. `test/tidy.test.ts` holds that list.
 *
 * @throws {z.ZodError} when the text is not a tenant id.
 */
export function vouchForTenant(text: string): TenantId {
  return tenantIdText.parse(text) as TenantId;
}
