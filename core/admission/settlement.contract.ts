import { describe, expect, it } from 'vitest';
import type { TenantId } from '../tenants/tenant-id.ts';
import { type Admission, AdmissionUnsure } from './admission.ts';
import type { AdmissionStore } from './admission-store.contract.ts';
import type { Budgets, Decision, Limit, Reservation, Used, Wish } from './schema.ts';

const NOW = Date.parse('2026-09-21T13:00:00Z');
const DAY = '2026-09-21';
const MIDNIGHT = Date.parse('2026-09-22T00:00:00Z');
const plenty: Limit[] = [{ bucket: 'minute', capacity: 1_000_000, periodMs: 60_000 }];
const nothing: Used = { promptTokens: 0, completionTokens: 0, costMicroUsd: 0 };
const spent = (tokens: number, costMicroUsd = 0): Used => ({
  promptTokens: Math.floor(tokens / 3),
  completionTokens: tokens - Math.floor(tokens / 3),
  costMicroUsd,
});

/** What every store promises of reservations; part of `admissionContract`, which opens the store. */
export function settlementContract(
  name: string,
  open: () => { readonly store: AdmissionStore; newTenant(): Promise<TenantId> },
): void {
  describe(`reservations on ${name}`, () => {
    let wishes = 0;
    const wish = (tokens = 0, costMicroUsd = 0): Wish => ({ id: `m${++wishes}`, tokens, costMicroUsd });

    /** Asks once and must be admitted. */
    async function reserve(
      admission: Admission,
      tenant: TenantId,
      budgets: Budgets,
      wished: Wish,
      nowMs = NOW,
    ) {
      const decision = await admission.admit(tenant, plenty, nowMs, { budgets, wish: wished });
      expect(decision).toMatchObject({ admitted: true, reservation: { id: wished.id } });
      return reservationIn(decision);
    }

    const refused = (admission: Admission, tenant: TenantId, budgets: Budgets, wished: Wish, nowMs = NOW) =>
      admission.admit(tenant, plenty, nowMs, { budgets, wish: wished });

    it.each<[string, Budgets, Limit[], number, [number, number]]>([
      ['a burst', { maxConcurrent: 200 }, [burst(40, 10)], 40, [1, 1]],
      ['tokens', { tokensPerMinute: 10_000 }, plenty, 33, [300, 0]],
      ['the money of the day', { costMicroUsdPerDay: 1_000 }, plenty, 25, [0, 40]],
      ['answers under way', { maxConcurrent: 17 }, plenty, 17, [1, 1]],
      [
        'all of them together',
        { tokensPerMinute: 10_000, costMicroUsdPerDay: 1_000, maxConcurrent: 30 },
        [burst(40, 10)],
        19,
        [500, 52],
      ],
    ])(
      'admits exactly as many at once as %s allows, in four processes',
      async (_, budgets, limits, most, [tokens, cost]) => {
        const { store, newTenant } = open();
        const tenant = await newTenant();
        const instances = Array.from({ length: 4 }, () => store.instance());
        const asked = await Promise.all(
          Array.from({ length: 100 }, (__, n) =>
            instances[n % 4]?.admit(tenant, limits, NOW, { budgets, wish: wish(tokens, cost) }),
          ),
        );
        expect(asked.filter((decision) => decision?.admitted)).toHaveLength(most);
        expect(await store.instance().open(tenant)).toHaveLength(most);
      },
    );

    it('gives back to the token, in whatever order', async () => {
      const { store, newTenant } = open();
      const [tenant, admission] = [await newTenant(), store.instance()];
      const budgets = { tokensPerMinute: 1_000 };
      const held = [];
      for (const tokens of [400, 300, 300])
        held.push(await reserve(admission, tenant, budgets, wish(tokens)));
      expect(await refused(admission, tenant, budgets, wish(1))).toMatchObject({
        admitted: false,
        decidedBy: 'tokens',
        retryAfterMs: 60,
      });
      for (const [n, used] of [
        [1, 7],
        [2, 0],
        [0, 133],
      ] as const) {
        const reservation = held[n];
        if (reservation)
          expect(await admission.settle(tenant, reservation, spent(used), NOW)).toBe('settled');
      }
      expect(await refused(admission, tenant, budgets, wish(861))).toMatchObject({ admitted: false });
      const decision = await admission.admit(tenant, plenty, NOW, { budgets, wish: wish(860) });
      expect(decision).toMatchObject({ admitted: true });
      expect(decision.buckets.find(({ bucket }) => bucket === 'tokens')).toMatchObject({ remaining: 0 });
    });

    it('lets nobody use more than capacity + refill x time by settling late what was never used', async () => {
      const { store, newTenant } = open();
      const [tenant, admission] = [await newTenant(), store.instance()];
      const budgets = { tokensPerMinute: 1_000 };
      const held: Reservation[] = [];
      for (let n = 0; n < 10; n++) held.push(await reserve(admission, tenant, budgets, wish(100)));
      for (const reservation of held.slice(0, 5)) await admission.settle(tenant, reservation, nothing, NOW);
      let used = 0;
      const later = NOW + 30_000;
      const use = async () => {
        for (;;) {
          const wished = wish(100);
          const decision = await admission.admit(tenant, plenty, later, { budgets, wish: wished });
          if (!decision.admitted) return;
          await admission.settle(tenant, reservationIn(decision), spent(100), later);
          used += 100;
        }
      };
      await use();
      for (const reservation of held.slice(5)) await admission.settle(tenant, reservation, nothing, later);
      await use();
      // Nothing was used before, so the bucket is as full as it can be.
      expect(used).toBe(1_000);
    });

    it('settles once, whoever does it again and with whatever', async () => {
      const { store, newTenant } = open();
      const [tenant, admission, other] = [await newTenant(), store.instance(), store.instance()];
      const budgets = { tokensPerMinute: 1_000, costMicroUsdPerDay: 1_000, maxConcurrent: 1 };
      const reservation = await reserve(admission, tenant, budgets, wish(500, 600));
      const outcomes = await Promise.all(
        [admission, other, admission, other].map((each, n) =>
          each.settle(tenant, reservation, spent(100 + n, 200 + n), NOW + n),
        ),
      );
      expect(outcomes.sort()).toEqual(['already', 'already', 'already', 'settled']);
      expect(await other.settle(tenant, reservation, nothing, NOW + 600_000)).toBe('already');
      expect(await admission.open(tenant)).toEqual([]);
      expect(await store.usageOf(tenant, DAY)).toMatchObject({ requests: 1 });
    });

    it('settles nothing for what the sweep has returned, and finds it reserved before', async () => {
      const { store, newTenant } = open();
      const [tenant, admission, sweep] = [await newTenant(), store.instance(), store.instance()];
      const budgets = { tokensPerMinute: 1_000, costMicroUsdPerDay: 1_000 };
      const reservation = await reserve(admission, tenant, budgets, wish(1_000, 1_000));
      const found = await sweep.open(tenant);
      expect(found).toEqual([reservation]);
      for (const each of found) {
        expect(await sweep.settle(tenant, each, nothing, NOW + 600_001)).toBe('settled');
      }
      expect(await admission.settle(tenant, reservation, spent(900, 900), NOW + 600_002)).toBe('already');
      expect(await store.usageOf(tenant, DAY)).toEqual({
        requests: 1,
        promptTokens: 0,
        completionTokens: 0,
        costMicroUsd: 0,
      });
      await reserve(admission, tenant, budgets, wish(1_000, 1_000), NOW + 600_003);
    });

    it('charges what was used over the reservation', async () => {
      const { store, newTenant } = open();
      const [tenant, admission] = [await newTenant(), store.instance()];
      const budgets = { tokensPerMinute: 1_000, costMicroUsdPerDay: 1_000 };
      const reservation = await reserve(admission, tenant, budgets, wish(100, 100));
      await admission.settle(tenant, reservation, spent(1_500, 990), NOW);
      expect(await refused(admission, tenant, budgets, wish(0, 10))).toMatchObject({
        admitted: false,
        decidedBy: 'tokens',
        retryAfterMs: 30_000,
      });
      expect(await refused(admission, tenant, budgets, wish(0, 11), NOW + 30_000)).toMatchObject({
        decidedBy: 'cost',
      });
      await reserve(admission, tenant, budgets, wish(0, 10), NOW + 30_000);
    });

    it('counts money by the UTC day, and a clock that is behind counts into the day that has begun', async () => {
      const { store, newTenant } = open();
      const [tenant, admission] = [await newTenant(), store.instance()];
      const budgets = { costMicroUsdPerDay: 1_000 };
      const yesterday = await reserve(admission, tenant, budgets, wish(0, 1_000), MIDNIGHT - 1_500);
      expect(yesterday).toMatchObject({ day: DAY });
      expect(await refused(admission, tenant, budgets, wish(0, 1), MIDNIGHT - 1_000)).toMatchObject({
        admitted: false,
        decidedBy: 'cost',
        retryAfterMs: 1_000,
      });
      const today = await reserve(admission, tenant, budgets, wish(0, 700), MIDNIGHT);
      expect(today).toMatchObject({ day: '2026-09-22' });
      // Another process, which does not know what this one has seen, and whose clock is behind.
      const behind = await reserve(store.instance(), tenant, budgets, wish(0, 300), MIDNIGHT - 500);
      expect(behind).toMatchObject({ day: '2026-09-22' });
      expect(await refused(store.instance(), tenant, budgets, wish(0, 1), MIDNIGHT - 400)).toMatchObject({
        decidedBy: 'cost',
        retryAfterMs: 86_400_400,
      });
      // What is left of yesterday's is not today's.
      await admission.settle(tenant, yesterday, spent(0, 10), MIDNIGHT + 1);
      expect(await refused(admission, tenant, budgets, wish(0, 1), MIDNIGHT + 2)).toMatchObject({
        admitted: false,
      });
      await admission.settle(tenant, behind, spent(0, 299), MIDNIGHT + 3);
      await reserve(admission, tenant, budgets, wish(0, 1), MIDNIGHT + 4);
      expect(await store.usageOf(tenant, DAY)).toMatchObject({ requests: 1, costMicroUsd: 10 });
      expect(await store.usageOf(tenant, '2026-09-22')).toMatchObject({ requests: 1, costMicroUsd: 299 });
    });

    it('refuses money that no day has, and takes nothing for it', async () => {
      const { store, newTenant } = open();
      const [tenant, admission] = [await newTenant(), store.instance()];
      const budgets = { costMicroUsdPerDay: 10 };
      for (let n = 0; n < 2; n++) {
        expect(await refused(admission, tenant, budgets, wish(0, 11))).toMatchObject({ decidedBy: 'cost' });
      }
      await reserve(admission, tenant, budgets, wish(0, 10));
      expect(await admission.open(tenant)).toHaveLength(1);
    });

    it('frees a place with every settlement, and names what makes the caller wait longest', async () => {
      const { store, newTenant } = open();
      const [tenant, admission] = [await newTenant(), store.instance()];
      const budgets = { maxConcurrent: 2 };
      const first = await reserve(admission, tenant, budgets, wish());
      await reserve(admission, tenant, budgets, wish());
      const refusal = { admitted: false, decidedBy: 'concurrent', retryAfterMs: 1_000 };
      expect(await refused(admission, tenant, budgets, wish())).toMatchObject(refusal);
      const narrow: Limit[] = [{ bucket: 'hour', capacity: 2, periodMs: 3_600_000 }];
      for (let n = 0; n < 2; n++) await admission.admit(tenant, narrow, NOW);
      expect(await admission.admit(tenant, narrow, NOW, { budgets, wish: wish() })).toMatchObject({
        admitted: false,
        decidedBy: 'hour',
      });
      await admission.settle(tenant, first, nothing, NOW);
      await reserve(admission, tenant, budgets, wish());
      expect(await refused(admission, tenant, budgets, wish())).toMatchObject(refusal);
    });

    it('takes nothing from any limit when one of them refuses', async () => {
      const { store, newTenant } = open();
      const [tenant, admission] = [await newTenant(), store.instance()];
      const budgets = { tokensPerMinute: 100, costMicroUsdPerDay: 100, maxConcurrent: 2 };
      await reserve(admission, tenant, budgets, wish(60, 20));
      for (const wished of [wish(41, 0), wish(0, 81)]) {
        expect(await refused(admission, tenant, budgets, wished)).toMatchObject({ admitted: false });
      }
      await reserve(admission, tenant, budgets, wish(40, 80));
      expect(await admission.open(tenant)).toHaveLength(2);
    });

    it('never has more than 200 reservations, and takes no name twice', async () => {
      const { store, newTenant } = open();
      const [tenant, admission] = [await newTenant(), store.instance()];
      const budgets = { tokensPerMinute: 1_000_000 };
      const again = wish(1);
      await reserve(admission, tenant, budgets, again);
      await expect(refused(admission, tenant, budgets, again)).rejects.toBeInstanceOf(AdmissionUnsure);
      for (let n = 1; n < 200; n++) await reserve(admission, tenant, budgets, wish(1));
      expect(await refused(admission, tenant, budgets, wish(1))).toMatchObject({ decidedBy: 'concurrent' });
    });

    it('serves a tenant whose item has no map of reservations, in many processes at once', async () => {
      const { store, newTenant } = open();
      const tenant = await newTenant();
      await store.withoutOpen(tenant);
      expect(await store.instance().open(tenant)).toEqual([]);
      const asked = await Promise.all(
        Array.from({ length: 12 }, () =>
          store.instance().admit(tenant, plenty, NOW, { budgets: { maxConcurrent: 5 }, wish: wish() }),
        ),
      );
      expect(asked.filter(({ admitted }) => admitted)).toHaveLength(5);
      expect(await store.instance().open(tenant)).toHaveLength(5);
    });

    it('adds up the usage of the day, also of those who settle at the same time as others ask', async () => {
      const { store, newTenant } = open();
      const [tenant, admission, other] = [await newTenant(), store.instance(), store.instance()];
      const budgets = { tokensPerMinute: 100_000, costMicroUsdPerDay: 100_000, maxConcurrent: 40 };
      const held: Reservation[] = [];
      for (let n = 0; n < 20; n++) held.push(await reserve(admission, tenant, budgets, wish(1_000, 1_000)));
      const [outcomes, asked] = await Promise.all([
        Promise.all(
          held.map((each, n) =>
            (n % 2 ? admission : other).settle(
              tenant,
              each,
              { promptTokens: n, completionTokens: 2 * n, costMicroUsd: 3 * n },
              NOW,
            ),
          ),
        ),
        Promise.all(Array.from({ length: 20 }, () => refused(other, tenant, budgets, wish(1_000, 1_000)))),
      ]);
      expect(outcomes).toEqual(Array(20).fill('settled'));
      expect(asked.filter(({ admitted }) => admitted)).toHaveLength(20);
      expect(await admission.open(tenant)).toHaveLength(20);
      const usage = { requests: 20, promptTokens: 190, completionTokens: 380, costMicroUsd: 570 };
      expect(await store.usageOf(tenant, DAY)).toEqual(usage);
      // 570 used and 20,000 held of the money, 570 and 20,000 of the tokens.
      expect(await refused(other, tenant, budgets, wish(79_430, 79_431))).toMatchObject({
        decidedBy: 'cost',
      });
      expect(await refused(other, tenant, budgets, wish(79_431, 0))).toMatchObject({ decidedBy: 'tokens' });
      await reserve(other, tenant, budgets, wish(79_430, 79_430));
    });

    it('keeps the reservations of two tenants apart', async () => {
      const { store, newTenant } = open();
      const [one, two, admission] = [await newTenant(), await newTenant(), store.instance()];
      const budgets = { maxConcurrent: 1 };
      const reservation = await reserve(admission, one, budgets, wish());
      expect(await admission.settle(two, reservation, spent(5), NOW)).toBe('already');
      await reserve(admission, two, budgets, { ...reservation });
      expect(await admission.settle(two, reservation, spent(5), NOW)).toBe('settled');
      expect(await admission.open(one)).toHaveLength(1);
      expect(await store.usageOf(one, DAY)).toBeUndefined();
    });

    it('reserves nothing where nothing is limited', async () => {
      const { store, newTenant } = open();
      const [tenant, admission] = [await newTenant(), store.instance()];
      const decision = await refused(admission, tenant, {}, wish(5, 5));
      expect(decision).toMatchObject({ admitted: true });
      expect(decision).not.toHaveProperty('reservation');
      expect(await admission.open(tenant)).toEqual([]);
    });

    it('admits at most burst + refill x elapsed at any time, and as much when asked all the time', async () => {
      const { store, newTenant } = open();
      const [tenant, admission] = [await newTenant(), store.instance()];
      const limits = [burst(10, 6)];
      let admitted = 0;
      for (let second = 0; second <= 60; second++) {
        for (let decision: Decision | undefined; decision?.admitted !== false; ) {
          decision = await admission.admit(tenant, limits, NOW + second * 1_000);
          if (decision.admitted) admitted++;
        }
        expect(admitted).toBe(10 + Math.floor((6 * second) / 60));
      }
    });
  });
}

function burst(capacity: number, refill: number): Limit {
  return { bucket: 'minute', capacity, periodMs: 60_000, refill };
}

function reservationIn(decision: Decision): Reservation {
  if (!decision.admitted || !decision.reservation) throw new Error('nothing was reserved');
  return decision.reservation;
}
