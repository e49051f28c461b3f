import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TenantId, vouchForTenant } from '../../tenants/tenant-id.ts';
import { type ApiKeyRecord, MAX_LIVE_KEYS, newApiKey, summaryOf } from './api-key.ts';
import type { ApiKeyStore } from './api-key-store.ts';

export interface ApiKeyStoreUnderTest {
  /** Another instance on the same keys, as another process would have. */
  instance(): ApiKeyStore;
  /** Makes a tenant of this name. */
  makeTenant(tenant: TenantId): Promise<void>;
  /** What admission says of the tenant. */
  authEpoch(tenant: TenantId): Promise<number>;
  close(): Promise<void>;
}

/** Today, since DynamoDB Local does clean away what the table's TTL says. */
const NOW = Math.floor(Date.now() / 1_000) * 1_000;
const HOUR_MS = 3_600_000;
const pepper = randomBytes(32);

/** What every `ApiKeyStore` promises, whatever holds the keys. */
export function apiKeyStoreContract(name: string, open: () => Promise<ApiKeyStoreUnderTest>): void {
  describe(`the store of API keys on ${name}`, () => {
    let under: ApiKeyStoreUnderTest;
    let tenants = 0;

    beforeAll(async () => {
      under = await open();
    });
    afterAll(() => under?.close());

    const nameOf = () => vouchForTenant(`k${++tenants}-${Math.random().toString(36).slice(2, 10)}`);
    async function newTenant(): Promise<TenantId> {
      const tenant = nameOf();
      await under.makeTenant(tenant);
      return tenant;
    }
    const recordFor = (tenant: TenantId, nowMs = NOW, expiresInMs?: number): ApiKeyRecord =>
      newApiKey(
        tenant,
        {
          name: 'of a test',
          scopes: ['chat', 'delegate'],
          groups: ['Personal', 'Größe <1>'],
          createdBy: 'auth0|ann',
          ...(expiresInMs !== undefined && { expiresInMs }),
        },
        { pepper, nowMs, randomBytes },
      ).record;
    async function created(tenant: TenantId, nowMs = NOW, expiresInMs?: number): Promise<ApiKeyRecord> {
      const record = recordFor(tenant, nowMs, expiresInMs);
      expect(await under.instance().create(tenant, record)).toBe('created');
      return record;
    }

    it('gives back what was stored, in another process at once', async () => {
      const tenant = await newTenant();
      for (const record of [await created(tenant), await created(tenant, NOW, HOUR_MS)]) {
        expect(await under.instance().get(tenant, record.key_id)).toEqual(record);
      }
    });

    it('lists keys, the newest first, and never a hash', async () => {
      const tenant = await newTenant();
      const [older, newer] = [await created(tenant, NOW), await created(tenant, NOW + 1_000, HOUR_MS)];
      const listed = await under.instance().list(tenant);
      expect(listed).toEqual([summaryOf(newer), summaryOf(older)]);
      expect(JSON.stringify(listed)).not.toContain(older.hash);
      expect(listed.every((key) => !('hash' in key))).toBe(true);
    });

    it('keeps the keys of tenants apart, whatever id is asked for', async () => {
      const [one, other] = [await newTenant(), await newTenant()];
      const longer = vouchForTenant(`${one}-b`);
      await under.makeTenant(longer);
      const record = await created(one);
      const store = under.instance();
      for (const stranger of [other, longer]) {
        expect(await store.get(stranger, record.key_id)).toBeUndefined();
        expect(await store.list(stranger)).toEqual([]);
        expect(await store.revoke(stranger, record.key_id, NOW)).toBeUndefined();
        await store.touch(stranger, record.key_id, NOW);
        expect(await store.get(stranger, record.key_id)).toBeUndefined();
        expect(await under.authEpoch(stranger)).toBe(0);
      }
      expect(await store.get(one, record.key_id)).toEqual(record);
      // The same id may be another tenant's too.
      const twin = { ...recordFor(other), key_id: record.key_id };
      expect(await store.create(other, twin)).toBe('created');
      expect(await store.get(one, record.key_id)).toEqual(record);
    });

    it('makes no key for a tenant that does not exist, nor the tenant', async () => {
      const nobody = nameOf();
      const record = recordFor(nobody);
      expect(await under.instance().create(nobody, record)).toBe('unknown-tenant');
      expect(await under.instance().get(nobody, record.key_id)).toBeUndefined();
      expect(await under.instance().list(nobody)).toEqual([]);
    });

    it('does not put a key in the place of another', async () => {
      const tenant = await newTenant();
      const record = await created(tenant);
      const second = { ...recordFor(tenant), key_id: record.key_id };
      expect(await under.instance().create(tenant, second)).toBe('id-taken');
      expect(await under.instance().get(tenant, record.key_id)).toEqual(record);
      expect(await under.instance().list(tenant)).toHaveLength(1);
    });

    it('holds 20 live keys a tenant and not one more; one that is revoked makes room', async () => {
      const tenant = await newTenant();
      const records: ApiKeyRecord[] = [];
      for (let n = 0; n < MAX_LIVE_KEYS; n++) records.push(await created(tenant));
      const store = under.instance();
      expect(await store.create(tenant, recordFor(tenant))).toBe('too-many');
      await store.revoke(tenant, records[7]?.key_id ?? '', NOW);
      await store.revoke(tenant, records[7]?.key_id ?? '', NOW);
      await created(tenant);
      expect(await store.create(tenant, recordFor(tenant))).toBe('too-many');
      expect(await store.list(tenant)).toHaveLength(MAX_LIVE_KEYS + 1);
      const other = await newTenant();
      await created(other);
    });

    it('does not count keys that have expired', async () => {
      const tenant = await newTenant();
      const records: ApiKeyRecord[] = [];
      for (let n = 0; n < MAX_LIVE_KEYS; n++) records.push(await created(tenant, NOW, HOUR_MS));
      const store = under.instance();
      expect(await store.create(tenant, recordFor(tenant, NOW + HOUR_MS - 1))).toBe('too-many');
      await created(tenant, NOW + HOUR_MS);
      // One that expired and left the count can still be revoked, and makes no room twice.
      expect(await store.revoke(tenant, records[0]?.key_id ?? '', NOW + HOUR_MS)).toBeDefined();
      for (let n = 1; n < MAX_LIVE_KEYS; n++) await created(tenant, NOW + HOUR_MS);
      expect(await store.create(tenant, recordFor(tenant, NOW + HOUR_MS))).toBe('too-many');
    });

    it('makes exactly as many as there is room for when several processes make keys at once', async () => {
      const tenant = await newTenant();
      for (let n = 0; n < MAX_LIVE_KEYS - 3; n++) await created(tenant);
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, () => under.instance().create(tenant, recordFor(tenant))),
      );
      expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(3);
      expect(outcomes.filter((outcome) => outcome === 'too-many')).toHaveLength(5);
      expect(await under.instance().list(tenant)).toHaveLength(MAX_LIVE_KEYS);
    });

    it('revokes once: the moment stays, and admission learns of it once', async () => {
      const tenant = await newTenant();
      const record = await created(tenant);
      expect(await under.authEpoch(tenant)).toBe(0);
      const revoked = { ...record, revoked_at: new Date(NOW + 5_000).toISOString() };
      const store = under.instance();
      expect(await store.revoke(tenant, record.key_id, NOW + 5_000)).toEqual(summaryOf(revoked));
      expect(await store.get(tenant, record.key_id)).toEqual(revoked);
      expect(await under.authEpoch(tenant)).toBe(1);
      expect(await store.revoke(tenant, record.key_id, NOW + 9_000)).toEqual(summaryOf(revoked));
      expect(await under.authEpoch(tenant)).toBe(1);
      expect(await store.list(tenant)).toEqual([summaryOf(revoked)]);
    });

    it('revokes once also when several processes do at the same time', async () => {
      const tenant = await newTenant();
      const [one, other] = [await created(tenant), await created(tenant)];
      const answers = await Promise.all(
        [one, one, other, one].map((key, n) => under.instance().revoke(tenant, key.key_id, NOW + n)),
      );
      expect(new Set([answers[0], answers[1], answers[3]].map((answer) => answer?.revoked_at)).size).toBe(1);
      expect(await under.authEpoch(tenant)).toBe(2);
    });

    it('knows no key that was never made', async () => {
      const tenant = await newTenant();
      expect(await under.instance().revoke(tenant, '00000000', NOW)).toBeUndefined();
      await under.instance().touch(tenant, '00000000', NOW);
      expect(await under.instance().get(tenant, '00000000')).toBeUndefined();
      expect(await under.authEpoch(tenant)).toBe(0);
    });

    it('notes the last use at most once a minute, and never back in time', async () => {
      const tenant = await newTenant();
      const record = await created(tenant);
      const store = under.instance();
      const lastUse = async () => (await store.get(tenant, record.key_id))?.last_used_at;
      for (const [at, noted] of [
        [NOW, NOW],
        [NOW + 59_999, NOW],
        [NOW + 60_000, NOW + 60_000],
        [NOW, NOW + 60_000],
      ] as const) {
        await store.touch(tenant, record.key_id, at);
        expect(await lastUse()).toBe(new Date(noted).toISOString());
      }
      expect((await store.list(tenant))[0]?.last_used_at).toBe(new Date(NOW + 60_000).toISOString());
    });
  });
}
