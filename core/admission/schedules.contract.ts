import { describe, expect, it } from 'vitest';
import { randomFrom } from '../../bench/random-from.ts';
import type { TenantId } from '../tenants/tenant-id.ts';
import type { AdmissionStore } from './admission-store.contract.ts';
import { plainModel } from './plain-model.contract.ts';
import type { Budgets, Limit, Reservation, Used } from './schema.ts';
import { orphanedAfterMs } from './sweep-reservations.ts';

interface Place {
  readonly store: AdmissionStore;
  newTenant(): Promise<TenantId>;
}

/**
 * Random lives of a tenant, step by step beside the plain model: requests that are admitted and settled wholly, in part
 * (cancelled) or with more than they reserved, settled twice, left by a process that died, and swept.
 */
export function schedulesContract(name: string, open: () => Place, count: number): void {
  describe(`random schedules on ${name}`, () => {
    it(`go as the plain model says, ${count} of them`, { timeout: 300_000 }, async () => {
      const seed = Number(process.env.ADMISSION_SEED ?? Math.floor(Math.random() * 2 ** 31));
      const steps = { admitted: 0, refused: 0, settled: 0, swept: 0 };
      for (let n = 0; n < count; n++) {
        try {
          await live(open(), seed + n, steps);
        } catch (error) {
          throw new Error(`schedule ${n} differs; again: ADMISSION_SEED=${seed + n}`, { cause: error });
        }
      }
      console.info(`${name}: ${count} schedules from seed ${seed}, ${JSON.stringify(steps)}`);
      expect(Math.min(...Object.values(steps))).toBeGreaterThan(0);
    });
  });
}

async function live(
  { store, newTenant }: Place,
  seed: number,
  steps: Record<'admitted' | 'refused' | 'settled' | 'swept', number>,
): Promise<void> {
  const random = randomFrom(seed);
  const pick = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  const { limits, budgets } = randomLimits(random, pick);
  const model = plainModel(limits, budgets);
  const tenant = await newTenant();
  const instances = [store.instance(), store.instance()];
  const any = () => instances[pick(0, 1)] ?? store.instance();
  let atWork: Reservation[] = [];
  const settled: Reservation[] = [];
  // Not far from midnight, so that many a schedule passes it.
  let nowMs = Date.parse('2026-09-21T23:30:00Z') + pick(0, 3_600_000);

  async function settle(reservation: Reservation, used: Used) {
    const outcome = await any().settle(tenant, reservation, used, nowMs);
    expect(outcome).toBe(model.settle(reservation.id, used, nowMs));
    settled.push(reservation);
    atWork = atWork.filter(({ id }) => id !== reservation.id);
    return outcome;
  }

  for (let step = 0; step < 40; step++) {
    if (random() < 0.6) nowMs += [pick(1, 50), pick(1, 3_000), pick(1, 90_000)][pick(0, 2)] ?? 0;
    const dice = random();
    const some = atWork[pick(0, Math.max(0, atWork.length - 1))];
    if (dice < 0.5) {
      const wish = { id: `${seed}-${step}`, tokens: pick(0, 600), costMicroUsd: pick(0, 600) };
      const decision = await any().admit(tenant, limits, nowMs, { budgets, wish });
      const expected = model.admit(wish, nowMs);
      if (expected === 'admitted') expect(decision).toMatchObject({ admitted: true });
      else expect(decision).toMatchObject({ admitted: false, ...expected });
      steps[decision.admitted ? 'admitted' : 'refused']++;
      if (decision.admitted && decision.reservation) atWork.push(decision.reservation);
    } else if (dice < 0.8 && some) {
      // Wholly, in part, or more than that.
      const share = [1, random(), random() * 1.3][pick(0, 2)] ?? 1;
      await settle(some, {
        promptTokens: Math.floor(some.tokens * share * 0.4),
        completionTokens: Math.floor(some.tokens * share * 0.6),
        costMicroUsd: Math.floor(some.costMicroUsd * share),
      });
      steps.settled++;
    } else if (dice < 0.85 && settled.length > 0) {
      const again = settled[pick(0, settled.length - 1)];
      if (again) {
        expect(await settle(again, { promptTokens: 9, completionTokens: 9, costMicroUsd: 9 })).toBe(
          'already',
        );
      }
    } else if (dice < 0.92 && some) {
      // Its process dies: nobody but the sweep will hear of it.
      atWork = atWork.filter((each) => each !== some);
    } else if (dice > 0.95) {
      nowMs += pick(0, 2) * orphanedAfterMs;
      for (const each of await any().open(tenant)) {
        if (nowMs - each.atMs <= orphanedAfterMs) continue;
        await settle(each, { promptTokens: 0, completionTokens: 0, costMicroUsd: 0 });
        steps.swept++;
      }
    }
    const byName = (a: Reservation, b: Reservation) => (a.id < b.id ? -1 : 1);
    expect([...(await any().open(tenant))].sort(byName)).toEqual(model.open().sort(byName));
  }
  for (const [day, usage] of model.usage()) expect(await store.usageOf(tenant, day)).toEqual(usage);
}

function randomLimits(random: () => number, pick: (least: number, most: number) => number) {
  const refill = pick(1, 40);
  const limits: Limit[] = [
    { bucket: 'minute', capacity: random() < 0.5 ? refill : pick(1, 40), periodMs: 60_000, refill },
    { bucket: 'hour', capacity: pick(3, 60), periodMs: 3_600_000 },
  ];
  const budgets: Budgets = {
    ...(random() < 0.6 && { tokensPerMinute: pick(1, 2_000) }),
    ...(random() < 0.6 && { costMicroUsdPerDay: pick(0, 3_000) }),
    ...(random() < 0.6 && { maxConcurrent: pick(1, 5) }),
  };
  return { limits, budgets };
}
