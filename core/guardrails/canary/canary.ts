import { createHmac } from 'node:crypto';
import type { TenantId } from '../../tenants/tenant-id.ts';

/** Letters that few words have: an answer is hardly ever held back for one. */
const alphabet = 'bjkqvwxz';
/** Letters of a canary, 3 bits each. */
const length = 24;

/**
 * A word that stands in the system prompt of one message and belongs nowhere else: an answer that shows it shows what the
 * engine was told. Nobody can guess it without the secret, and no two messages share one, whoever's they are.
 *
 * @param secret of this purpose alone, see `deriveSecret`
 */
export function canaryOf(secret: string, tenant: TenantId, messageId: string): string {
  const digest = createHmac('sha256', secret)
    .update(JSON.stringify([tenant, messageId]))
    .digest();
  let word = '';
  for (const byte of digest.subarray(0, length)) word += alphabet[byte % alphabet.length];
  return word;
}
