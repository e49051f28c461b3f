import { randomBytes } from 'node:crypto';
import { newApiKey } from '../../core/identity/keys/api-key.ts';
import { createMemoryApiKeyStore } from '../../core/identity/keys/api-key-store.memory.ts';
import { newApiKeyId, newApiKeyText } from '../../core/identity/keys/api-key-text.ts';
import {
  createKeyAuthenticator,
  type KeyAuthenticatorOptions,
} from '../../core/identity/keys/authenticate-key.ts';
import { type TenantId, vouchForTenant } from '../../core/tenants/tenant-id.ts';

const pepper = randomBytes(32);
const NOW = Date.parse('2026-05-01T12:00:00.000Z');
const t1 = vouchForTenant('t1');

/**
 * An authenticator on keys in memory, at noon of a day in May unless `clock` is moved, and what its store is asked.
 */
export function openKeys(more: Partial<KeyAuthenticatorOptions> = {}) {
  const memory = createMemoryApiKeyStore();
  const clock = { ms: NOW };
  const asked: string[] = [];
  const touched: string[] = [];
  /** Set to hold the store's answers back, or to let it fail. */
  const trouble: { gate?: Promise<void>; error?: Error; touchError?: Error } = {};
  const keys = createKeyAuthenticator({
    store: {
      async get(tenant, keyId) {
        asked.push(`${tenant}/${keyId}`);
        const found = await memory.get(tenant, keyId);
        await trouble.gate;
        if (trouble.error) throw trouble.error;
        return found;
      },
      async touch(tenant, keyId, nowMs) {
        touched.push(`${tenant}/${keyId}`);
        await trouble.gate;
        if (trouble.touchError) throw trouble.touchError;
        await memory.touch(tenant, keyId, nowMs);
      },
    },
    pepper,
    now: () => clock.ms,
    ...more,
  });
  async function newKey(tenant: TenantId = t1, ask: Partial<Parameters<typeof newApiKey>[1]> = {}) {
    const made = newApiKey(
      tenant,
      { name: 'ci', scopes: ['chat', 'config'], groups: ['hr'], ...ask },
      { pepper, nowMs: clock.ms, randomBytes },
    );
    await memory.create(tenant, made.record);
    return { text: made.key, id: made.record.key_id, record: made.record };
  }
  return { keys, memory, pepper, clock, asked, touched, trouble, newKey };
}

/** A key of the right form that nobody made. */
export const guessedKey = (tenant: TenantId, id: string = newApiKeyId(randomBytes)): string =>
  newApiKeyText(tenant, id, randomBytes);
