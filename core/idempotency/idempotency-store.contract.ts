import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { vouchForTenant } from '../tenants/tenant-id.ts';
import type { IdempotencyStore } from './idempotency-store.ts';
import { DEAD_AFTER_MS, KEPT_FOR_MS, MAX_ANSWER_BYTES } from './schema.ts';

export interface IdempotencyStoreUnderTest {
  /** Another instance on the same claims, as another process would have. */
  instance(): IdempotencyStore;
  close(): Promise<void>;
}

const NOW = 1_790_000_000_500;

/** What every `IdempotencyStore` promises, whatever holds the claims. */
export function idempotencyStoreContract(name: string, open: () => Promise<IdempotencyStoreUnderTest>): void {
  describe(`the store of keyed requests on ${name}`, () => {
    let under: IdempotencyStoreUnderTest;
    let tenants = 0;

    beforeAll(async () => {
      under = await open();
    });
    afterAll(() => under?.close());

    const newTenant = () => vouchForTenant(`i${++tenants}-${Math.random().toString(36).slice(2, 10)}`);
    const request = { id: 'a'.repeat(64), fingerprint: 'f'.repeat(64) };
    const other = { ...request, fingerprint: 'e'.repeat(64) };

    /** A tenant whose request was claimed at `NOW`. */
    async function claimed() {
      const tenant = newTenant();
      const store = under.instance();
      const claim = await store.claim(tenant, request, NOW);
      if (claim.state !== 'claimed') throw new Error(`it was ${claim.state}`);
      return { tenant, store, owner: claim.owner };
    }

    it('gives a key to one request; another process finds it running, and another request a mismatch', async () => {
      const { tenant } = await claimed();
      expect(await under.instance().claim(tenant, request, NOW + 1)).toEqual({ state: 'running' });
      expect(await under.instance().claim(tenant, other, NOW + 1)).toEqual({ state: 'mismatch' });
    });

    it('gives the answer again to the same request, and to no other', async () => {
      const { tenant, store, owner } = await claimed();
      const answer = JSON.stringify({ text: 'é\u0000 "__proto__"\u{1f511}' });
      expect(await store.finish(tenant, request.id, owner, answer)).toBe('kept');
      for (const ms of [1, DEAD_AFTER_MS, KEPT_FOR_MS - 1_000]) {
        expect(await under.instance().claim(tenant, request, NOW + ms)).toEqual({ state: 'done', answer });
        expect(await under.instance().claim(tenant, other, NOW + ms)).toEqual({ state: 'mismatch' });
      }
    });

    it('keeps the largest answer that there may be, and that there was one which is not kept', async () => {
      const { tenant, store, owner } = await claimed();
      const answer = 'x'.repeat(MAX_ANSWER_BYTES);
      await store.finish(tenant, request.id, owner, answer);
      expect(await store.claim(tenant, request, NOW)).toEqual({ state: 'done', answer });
      const without = await claimed();
      await store.finish(without.tenant, request.id, without.owner, undefined);
      expect(await store.claim(without.tenant, request, NOW)).toEqual({ state: 'done', answer: undefined });
    });

    it('frees a key that is released, for any request, and not one that is finished or of another', async () => {
      const { tenant, store, owner } = await claimed();
      await store.release(tenant, request.id, 'somebody-else');
      expect(await store.claim(tenant, request, NOW)).toEqual({ state: 'running' });
      await store.release(tenant, request.id, owner);
      const again = await store.claim(tenant, other, NOW + 1);
      expect(again).toMatchObject({ state: 'claimed' });
      // The first has nothing to say any more.
      await store.release(tenant, request.id, owner);
      expect(await store.finish(tenant, request.id, owner, 'old')).toBe('lost');
      expect(await store.claim(tenant, other, NOW + 2)).toEqual({ state: 'running' });
      if (again.state !== 'claimed') throw new Error('it was not claimed');
      expect(await store.finish(tenant, request.id, again.owner, 'new')).toBe('kept');
      await store.release(tenant, request.id, again.owner);
      expect(await store.claim(tenant, other, NOW + 3)).toEqual({ state: 'done', answer: 'new' });
    });

    it('finishes nothing that was never claimed, and nothing that was released', async () => {
      const tenant = newTenant();
      const store = under.instance();
      await store.release(tenant, request.id, 'nobody');
      expect(await store.finish(tenant, request.id, 'nobody', 'x')).toBe('lost');
      const released = await claimed();
      await store.release(released.tenant, request.id, released.owner);
      expect(await store.finish(released.tenant, request.id, released.owner, 'x')).toBe('lost');
      expect(await store.claim(tenant, request, NOW)).toMatchObject({ state: 'claimed' });
    });

    it('takes finishing twice for once, as when the answer of the first was lost on the way', async () => {
      const { tenant, store, owner } = await claimed();
      expect(await store.finish(tenant, request.id, owner, 'one')).toBe('kept');
      expect(await store.finish(tenant, request.id, owner, 'one')).toBe('kept');
      expect(await store.claim(tenant, request, NOW)).toEqual({ state: 'done', answer: 'one' });
    });

    it('forgets after its time, although the item may still be there', async () => {
      const { tenant, store, owner } = await claimed();
      await store.finish(tenant, request.id, owner, 'old');
      const again = await store.claim(tenant, other, NOW + KEPT_FOR_MS);
      expect(again).toMatchObject({ state: 'claimed' });
      expect(await store.claim(tenant, other, NOW + KEPT_FOR_MS + 1)).toEqual({ state: 'running' });
      // Nothing of the old answer is left.
      if (again.state !== 'claimed') throw new Error('it was not claimed');
      await store.finish(tenant, request.id, again.owner, undefined);
      expect(await store.claim(tenant, other, NOW + KEPT_FOR_MS + 1)).toEqual({
        state: 'done',
        answer: undefined,
      });
    });

    it('lets one of those who come at once run it', async () => {
      const tenant = newTenant();
      const states = await Promise.all(
        Array.from({ length: 8 }, async () => (await under.instance().claim(tenant, request, NOW)).state),
      );
      expect(states.toSorted()).toEqual(['claimed', ...Array(7).fill('running')]);
    });

    it('lets one take over from who has died, and only with the same request', async () => {
      const { tenant, store, owner } = await claimed();
      const late = NOW + DEAD_AFTER_MS;
      expect(await store.claim(tenant, request, late - 1)).toEqual({ state: 'running' });
      expect(await store.claim(tenant, other, late)).toEqual({ state: 'mismatch' });
      const claims = await Promise.all(
        Array.from({ length: 8 }, () => under.instance().claim(tenant, request, late)),
      );
      expect(claims.map(({ state }) => state).toSorted()).toEqual(['claimed', ...Array(7).fill('running')]);
      // Who was taken for dead changes nothing, should it wake up.
      expect(await store.finish(tenant, request.id, owner, 'late')).toBe('lost');
      await store.release(tenant, request.id, owner);
      expect(await store.claim(tenant, request, late)).toEqual({ state: 'running' });
    });

    it('keeps keys and tenants apart, also where one name begins like the other', async () => {
      const { tenant, store, owner } = await claimed();
      await store.finish(tenant, request.id, owner, 'mine');
      const longer = vouchForTenant(`${tenant}-b`);
      for (const stranger of [longer, newTenant()]) {
        expect(await store.finish(stranger, request.id, owner, 'x')).toBe('lost');
        expect(await store.claim(stranger, request, NOW)).toMatchObject({ state: 'claimed' });
      }
      const another = { ...request, id: 'b'.repeat(64) };
      expect(await store.claim(tenant, another, NOW)).toMatchObject({ state: 'claimed' });
      expect(await store.claim(tenant, request, NOW)).toEqual({ state: 'done', answer: 'mine' });
    });
  });
}
