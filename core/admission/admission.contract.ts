import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TenantId, vouchForTenant } from '../tenants/tenant-id.ts';
import { type Admission, AdmissionUnsure, UnknownTenant } from './admission.ts';
import type { AdmissionStore } from './admission-store.contract.ts';
import { schedulesContract } from './schedules.contract.ts';
import type { Decision, Limit } from './schema.ts';
import { settlementContract } from './settlement.contract.ts';

const NOW = 1_790_000_000_000;
const minute = (capacity: number): Limit => ({ bucket: 'minute', capacity, periodMs: 60_000 });
const hour = (capacity: number): Limit => ({ bucket: 'hour', capacity, periodMs: 3_600_000 });

/** What every `Admission` promises, whatever holds its buckets; `schedules` is how many random ones are tried. */
export function admissionContract(
  name: string,
  open: () => Promise<AdmissionStore>,
  schedules: number,
): void {
  describe(`admission on ${name}`, () => {
    let store: AdmissionStore;
    let tenants = 0;

    beforeAll(async () => {
      store = await open();
    });
    afterAll(() => store?.close());

    async function newTenant(): Promise<TenantId> {
      const tenant = vouchForTenant(`t${++tenants}-${Math.random().toString(36).slice(2, 10)}`);
      await store.configure(tenant);
      return tenant;
    }

    /** Asks `count` times at once, through the instances in turn. */
    async function burst(
      instances: readonly Admission[],
      tenant: TenantId,
      limits: readonly Limit[],
      count: number,
      clock = (_n: number) => NOW,
    ) {
      const outcomes = await Promise.allSettled(
        Array.from({ length: count }, async (_, n) =>
          instances[n % instances.length]?.admit(tenant, limits, clock(n)),
        ),
      );
      const decisions: Decision[] = [];
      let unsure = 0;
      for (const outcome of outcomes) {
        if (outcome.status === 'fulfilled' && outcome.value) decisions.push(outcome.value);
        else if (outcome.status === 'rejected' && outcome.reason instanceof AdmissionUnsure) unsure++;
        else throw outcome.status === 'rejected' ? outcome.reason : new Error('no decision');
      }
      const admitted = decisions.filter((decision) => decision.admitted).length;
      return { admitted, refused: decisions.length - admitted, unsure };
    }

    it.each([
      ['one process', 1],
      ['four processes', 4],
    ])('admits exactly 60 of 500 at once at 60 a minute, in %s', async (processes, count) => {
      const tenant = await newTenant();
      const instances = Array.from({ length: count }, () => store.instance());
      const counts = await burst(instances, tenant, [minute(60), hour(1_000)], 500);
      console.info(
        `${name}, ${processes}: admitted ${counts.admitted}, refused ${counts.refused}, unsure ${counts.unsure}`,
      );
      expect(counts).toEqual({ admitted: 60, refused: 440, unsure: 0 });
    });

    it('admits exactly what the hour has left when that is less than the minute', async () => {
      const tenant = await newTenant();
      const counts = await burst([store.instance(), store.instance()], tenant, [minute(60), hour(25)], 120);
      expect(counts).toEqual({ admitted: 25, refused: 95, unsure: 0 });
    });

    it('keeps to capacity + refill x skew when the clocks of processes differ, and is never unsure for it', async () => {
      const tenant = await newTenant();
      const instances = [store.instance(), store.instance()];
      const skewed = (n: number) => NOW + ((n * 1_237) % 5_000);
      const counts = await burst(instances, tenant, [minute(60), hour(1_000)], 200, skewed);
      expect(counts.admitted).toBeGreaterThanOrEqual(60);
      expect(counts.admitted).toBeLessThanOrEqual(65);
      expect(counts.unsure).toBe(0);
    });

    it('stays exact while the configuration is written', async () => {
      const tenant = await newTenant();
      const [counts] = await Promise.all([
        burst([store.instance()], tenant, [minute(60), hour(1_000)], 150),
        ...[1, 2, 3].map(() => store.configure(tenant)),
      ]);
      expect(counts).toEqual({ admitted: 60, refused: 90, unsure: 0 });
      const after = await store.instance().admit(tenant, [minute(60)], NOW);
      expect(after).toMatchObject({ admitted: false, configVersion: 4 });
    });

    it('takes from both buckets or from neither', async () => {
      const tenant = await newTenant();
      const admission = store.instance();
      const limits = [minute(3), hour(10)];
      for (const left of [2, 1, 0]) {
        const decision = await admission.admit(tenant, limits, NOW);
        expect(decision.admitted).toBe(true);
        expect(decision.buckets.map((bucket) => bucket.remaining)).toEqual([left, left + 7]);
      }
      for (let refusals = 0; refusals < 3; refusals++) {
        const decision = await admission.admit(tenant, limits, NOW);
        expect(decision).toMatchObject({ admitted: false, decidedBy: 'minute', retryAfterMs: 20_000 });
        expect(decision.buckets.map((bucket) => bucket.remaining)).toEqual([0, 7]);
      }
    });

    it('names the bucket that makes the caller wait longest, and the wait is right', async () => {
      const tenant = await newTenant();
      const admission = store.instance();
      const limits = [minute(2), hour(2)];
      await admission.admit(tenant, limits, NOW);
      await admission.admit(tenant, limits, NOW);
      const refusal = await admission.admit(tenant, limits, NOW + 5_000);
      expect(refusal).toMatchObject({ admitted: false, decidedBy: 'hour', retryAfterMs: 1_795_000 });
      const tooEarly = await admission.admit(tenant, limits, NOW + 1_799_999);
      expect(tooEarly).toMatchObject({ admitted: false, decidedBy: 'hour', retryAfterMs: 1 });
      expect(await admission.admit(tenant, limits, NOW + 1_800_000)).toMatchObject({ admitted: true });
    });

    it('refills evenly and never over its capacity', async () => {
      const tenant = await newTenant();
      const admission = store.instance();
      const limits = [minute(6), hour(1_000)];
      for (let n = 0; n < 6; n++) await admission.admit(tenant, limits, NOW);
      expect(await admission.admit(tenant, limits, NOW + 9_999)).toMatchObject({
        admitted: false,
        retryAfterMs: 1,
      });
      expect(await admission.admit(tenant, limits, NOW + 10_000)).toMatchObject({ admitted: true });
      expect(await admission.admit(tenant, limits, NOW + 10_000)).toMatchObject({ admitted: false });
      const later = await admission.admit(tenant, limits, NOW + 7_200_000);
      expect(later.buckets[0]).toMatchObject({ remaining: 5, fullInMs: 10_000 });
    });

    it('works with a single permit and with a million', async () => {
      const tenant = await newTenant();
      const admission = store.instance();
      expect(await admission.admit(tenant, [minute(1), hour(1_000_000)], NOW)).toMatchObject({
        admitted: true,
      });
      const refusal = await admission.admit(tenant, [minute(1), hour(1_000_000)], NOW);
      expect(refusal).toMatchObject({ admitted: false, decidedBy: 'minute', retryAfterMs: 60_000 });
      expect(refusal.buckets[1]).toMatchObject({ remaining: 999_999, capacity: 1_000_000 });
    });

    it('takes a changed limit into account at the next request', async () => {
      const tenant = await newTenant();
      const admission = store.instance();
      for (let n = 0; n < 2; n++) await admission.admit(tenant, [minute(2)], NOW);
      expect(await admission.admit(tenant, [minute(2)], NOW)).toMatchObject({ admitted: false });
      // Half of the period has passed, so half of the new capacity is there.
      const raised = await admission.admit(tenant, [minute(60)], NOW + 30_000);
      expect(raised).toMatchObject({ admitted: true, buckets: [{ remaining: 29 }] });
    });

    it('keeps two tenants apart', async () => {
      const [one, other] = [await newTenant(), await newTenant()];
      const admission = store.instance();
      const limits = [minute(1), hour(5)];
      await admission.admit(one, limits, NOW);
      expect(await admission.admit(one, limits, NOW)).toMatchObject({ admitted: false });
      expect(await admission.admit(other, limits, NOW)).toMatchObject({ admitted: true });
    });

    it('keeps a tenant apart from one whose name begins with its own', async () => {
      const one = await newTenant();
      const longer = vouchForTenant(`${one}-b`);
      await store.configure(longer);
      const admission = store.instance();
      await admission.admit(one, [minute(1)], NOW);
      expect(await admission.admit(longer, [minute(1)], NOW)).toMatchObject({ admitted: true });
    });

    it('says with every decision which configuration holds', async () => {
      const tenant = await newTenant();
      const admission = store.instance();
      const limits = [minute(1)];
      expect(await admission.admit(tenant, limits, NOW)).toMatchObject({ configVersion: 1, authEpoch: 0 });
      await store.configure(tenant);
      const refusal = await admission.admit(tenant, limits, NOW);
      expect(refusal).toMatchObject({ admitted: false, configVersion: 2, authEpoch: 0 });
      await store.configure(tenant);
      const later = await admission.admit(tenant, limits, NOW + 60_000);
      expect(later).toMatchObject({ admitted: true, configVersion: 3 });
    });

    it('takes nothing by the limits of a configuration that is not the newest', async () => {
      const tenant = await newTenant();
      const [admission, other] = [store.instance(), store.instance()];
      const budget = (id: string) => ({
        budgets: { tokensPerMinute: 10, costMicroUsdPerDay: 10, maxConcurrent: 2 },
        wish: { id, tokens: 1, costMicroUsd: 1 },
      });
      const admit = (by: Admission, id: string, version?: number) =>
        by.admit(tenant, [minute(2)], NOW, budget(id), version);
      expect(await admit(admission, 'm1', 1)).toMatchObject({ admitted: true });
      await store.configure(tenant);
      // Whether it would be admitted or refused, and whether its first guess is right.
      const outdated = { admitted: false, decidedBy: 'config', configVersion: 2, authEpoch: 0 };
      for (const by of [admission, other]) expect(await admit(by, 'm2', 1)).toMatchObject(outdated);
      expect(await admission.open(tenant)).toHaveLength(1);
      expect(await admit(other, 'm2', 2)).toMatchObject({ admitted: true, configVersion: 2 });
      expect(await admit(admission, 'm3', 1)).toMatchObject(outdated);
      expect(await admit(admission, 'm3', 3)).toMatchObject({ admitted: false, decidedBy: 'minute' });
    });

    it('keeps the buckets when the configuration is written', async () => {
      const tenant = await newTenant();
      const admission = store.instance();
      await admission.admit(tenant, [minute(1)], NOW);
      await store.configure(tenant);
      expect(await admission.admit(tenant, [minute(1)], NOW)).toMatchObject({ admitted: false });
    });

    it('does not admit a tenant that does not exist', async () => {
      const nobody = vouchForTenant('nobody-here');
      await expect(store.instance().admit(nobody, [minute(60)], NOW)).rejects.toBeInstanceOf(UnknownTenant);
      // Nor does asking create it.
      await expect(store.instance().admit(nobody, [minute(60)], NOW)).rejects.toBeInstanceOf(UnknownTenant);
    });

    settlementContract(name, () => ({ store, newTenant }));
    schedulesContract(name, () => ({ store, newTenant }), schedules);
  });
}
