import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TenantId, vouchForTenant } from '../../tenants/tenant-id.ts';
import type { RevocationStore } from './revocation-store.ts';
import { KEPT_AFTER_REVOCATION_S, nothingRevoked } from './revocations.ts';

export interface RevocationStoreUnderTest {
  /** Another instance on the same revocations, as another process would have. */
  instance(): RevocationStore;
  /** Makes a tenant of this name. */
  makeTenant(tenant: TenantId): Promise<void>;
  /** What admission says of the tenant. */
  authEpoch(tenant: TenantId): Promise<number>;
  close(): Promise<void>;
}

const NOW = 1_790_000_000_500;
const untilS = 1_790_000_001 + KEPT_AFTER_REVOCATION_S;
/** Fewer than the product's, which take long to fill. */
const maxTokens = 12;
const keptMs = (KEPT_AFTER_REVOCATION_S + 1) * 1_000;

/** What every `RevocationStore` promises, whatever holds the revocations. */
export function revocationStoreContract(
  name: string,
  open: (maxTokens: number) => Promise<RevocationStoreUnderTest>,
): void {
  describe(`the store of revocations on ${name}`, () => {
    let under: RevocationStoreUnderTest;
    let tenants = 0;

    beforeAll(async () => {
      under = await open(maxTokens);
    });
    afterAll(() => under?.close());

    const nameOf = () => vouchForTenant(`r${++tenants}-${Math.random().toString(36).slice(2, 10)}`);
    async function newTenant(): Promise<TenantId> {
      const tenant = nameOf();
      await under.makeTenant(tenant);
      return tenant;
    }

    it('has nothing before anything is revoked, also of a tenant that does not exist', async () => {
      expect(await under.instance().get(await newTenant())).toEqual(nothingRevoked);
      expect(await under.instance().get(nameOf())).toEqual(nothingRevoked);
    });

    it('takes back a token and everything issued before a moment, and another process sees it at once', async () => {
      const tenant = await newTenant();
      const one = { issuedBeforeS: 0, tokens: [{ id: 'one', untilS }] };
      expect(await under.instance().revokeToken(tenant, 'one', NOW)).toEqual(one);
      expect(await under.instance().get(tenant)).toEqual(one);
      expect(await under.authEpoch(tenant)).toBe(1);
      const both = { ...one, issuedBeforeS: 1_790_000_000 };
      expect(await under.instance().revokeIssuedBefore(tenant, 1_790_000_000, NOW)).toEqual(both);
      expect(await under.instance().get(tenant)).toEqual(both);
      expect(await under.authEpoch(tenant)).toBe(2);
    });

    it('takes back once: the same again changes nothing, and admission learns of it once', async () => {
      const tenant = await newTenant();
      const store = under.instance();
      const first = await store.revokeToken(tenant, 'one', NOW);
      expect(await store.revokeToken(tenant, 'one', NOW + 9_000)).toEqual(first);
      expect(await under.authEpoch(tenant)).toBe(1);
      const then = await store.revokeIssuedBefore(tenant, 1_000, NOW);
      expect(await store.revokeIssuedBefore(tenant, 1_000, NOW)).toEqual(then);
      expect(await under.authEpoch(tenant)).toBe(2);
    });

    it('never takes the moment back to an earlier one', async () => {
      const tenant = await newTenant();
      const store = under.instance();
      await store.revokeIssuedBefore(tenant, 2_000, NOW);
      for (const earlier of [1_999, 0, -5]) {
        expect(await store.revokeIssuedBefore(tenant, earlier, NOW)).toMatchObject({ issuedBeforeS: 2_000 });
      }
      expect(await store.get(tenant)).toMatchObject({ issuedBeforeS: 2_000 });
      expect(await under.authEpoch(tenant)).toBe(1);
    });

    it('keeps tenants apart, also where one name begins like the other', async () => {
      const tenant = await newTenant();
      const longer = vouchForTenant(`${tenant}-b`);
      await under.makeTenant(longer);
      await under.instance().revokeToken(tenant, 'one', NOW);
      await under.instance().revokeIssuedBefore(tenant, 1_000, NOW);
      for (const stranger of [longer, await newTenant()]) {
        expect(await under.instance().get(stranger)).toEqual(nothingRevoked);
        expect(await under.authEpoch(stranger)).toBe(0);
      }
    });

    it('notes nothing for a tenant that does not exist, nor makes the tenant', async () => {
      const nobody = nameOf();
      const store = under.instance();
      expect(await store.revokeToken(nobody, 'one', NOW)).toBe('unknown-tenant');
      for (const moment of [1_000, 0, -1]) {
        expect(await store.revokeIssuedBefore(nobody, moment, NOW)).toBe('unknown-tenant');
      }
      expect(await store.get(nobody)).toEqual(nothingRevoked);
      expect(await under.authEpoch(nobody)).toBe(0);
    });

    it('keeps an entry for as long as a token can live, and forgets it with the next write after that', async () => {
      const tenant = await newTenant();
      const store = under.instance();
      await store.revokeToken(tenant, 'old', NOW);
      const ids = async () => (await store.get(tenant)).tokens.map(({ id }) => id);
      await store.revokeToken(tenant, 'next', NOW + keptMs - 1_000);
      expect(await ids()).toEqual(['old', 'next']);
      await store.revokeToken(tenant, 'last', NOW + keptMs);
      expect(await ids()).toEqual(['next', 'last']);
      await store.revokeIssuedBefore(tenant, 1_000, NOW + 3 * keptMs);
      expect(await ids()).toEqual([]);
    });

    it('holds so many, whatever they are called, and not one more until one may be forgotten', async () => {
      const tenant = await newTenant();
      const store = under.instance();
      const odd = ['__proto__', 'constructor', '#', 'TENANT#t1', ' ', 'ü', '\u{1f511}', 'x'.repeat(200)];
      const ids = Array.from({ length: maxTokens }, (_, n) => odd[n] ?? `token-${n}`);
      for (const [n, id] of ids.entries()) await store.revokeToken(tenant, id, NOW + (n === 0 ? 0 : 1_000));
      const full = await store.get(tenant);
      expect(full.tokens.map(({ id }) => id)).toEqual(ids);
      expect(await store.revokeToken(tenant, 'more', NOW + 2_000)).toBe('too-many');
      expect(await store.revokeToken(tenant, '__proto__', NOW + 2_000)).toEqual(full);
      expect(await under.authEpoch(tenant)).toBe(maxTokens);
      // What was issued before a moment can be taken back also then.
      expect(await store.revokeIssuedBefore(tenant, 1_000, NOW)).toEqual({ ...full, issuedBeforeS: 1_000 });
      expect(await store.revokeToken(tenant, 'more', NOW + keptMs)).toMatchObject({
        tokens: [...full.tokens.slice(1), { id: 'more' }],
      });
    });

    it('loses nothing when several processes take back at once, and counts each change once', async () => {
      const tenant = await newTenant();
      const ids = ['a', 'b', 'c', 'd', 'a', 'b'];
      const answers = await Promise.all([
        ...ids.map((id) => under.instance().revokeToken(tenant, id, NOW)),
        under.instance().revokeIssuedBefore(tenant, 1_000, NOW),
      ]);
      for (const [n, id] of ids.entries()) {
        expect(answers[n]).toMatchObject({ tokens: expect.arrayContaining([{ id, untilS }]) });
      }
      const { issuedBeforeS, tokens } = await under.instance().get(tenant);
      expect(issuedBeforeS).toBe(1_000);
      expect(tokens.map(({ id }) => id).sort()).toEqual(['a', 'b', 'c', 'd']);
      expect(await under.authEpoch(tenant)).toBe(5);
    });
  });
}
