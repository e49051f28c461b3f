import { setTimeout as sleep } from 'node:timers/promises';
import type { ReservationSweep } from '../../core/admission/sweep-reservations.ts';
import type { TenantId } from '../../core/tenants/tenant-id.ts';
import { ask, type Point, type Seen } from './asking.ts';
import type { CountedEngine, Counters } from './counted-engine.ts';
import type { Place, Usage } from './place.ts';
import { type Router, startRouter } from './router.ts';

/** What is done to an answer: its reader's connection is cut, who asked cancels it, or the router's process is killed. */
export const kinds = ['connection', 'cancel', 'process'] as const;
export type Kind = (typeof kinds)[number];

export interface Plan {
  readonly kind: Kind;
  readonly engine: CountedEngine;
  readonly kills: number;
  /** Answers under way at once. */
  readonly lanes: number;
  /** Until when kills may be begun, epoch milliseconds. */
  readonly until: number;
}

/** What came of the kills of one kind: what the tenant was charged beside what the engine counted meanwhile. */
export interface Outcome {
  readonly kind: Kind;
  readonly engine: string;
  readonly kills: number;
  readonly seen: readonly Seen[];
  /** Before the sweep, and after it. */
  readonly settled: Usage;
  readonly swept: Usage;
  readonly sweep: ReservationSweep;
  /** Reservations after the sweep. */
  readonly open: number;
  readonly counted: Omit<Counters, 'busy'>;
}

/** @throws when what is under way does not come to an end. */
export async function killAnswers(place: Place, plan: Plan, random: () => number): Promise<Outcome> {
  const { kind, engine } = plan;
  const tenant = await place.newTenant();
  const before = await engine.counters();
  const killed = await (kind === 'process' ? killProcesses : killReaders)(place, plan, tenant, random);
  const settled = await place.usage(tenant);
  const sweep = await place.sweep(tenant);
  const after = await engine.counters();
  return {
    kind,
    engine: engine.name,
    ...killed,
    settled,
    sweep,
    swept: await place.usage(tenant),
    open: await place.open(tenant),
    counted: {
      promptTokens: after.promptTokens - before.promptTokens,
      completionTokens: after.completionTokens - before.completionTokens,
    },
  };
}

type Killed = Pick<Outcome, 'kills' | 'seen'>;

/** Readers that leave or cancel, one router throughout, in lanes beside each other. */
async function killReaders(
  place: Place,
  plan: Plan,
  tenant: TenantId,
  random: () => number,
): Promise<Killed> {
  const { engine, kind, lanes, until } = plan;
  const router = await startRouter(place, engine.url);
  const seen: Seen[] = [];
  let begun = 0;
  const lane = async () => {
    while (begun < plan.kills && Date.now() < until) {
      const point = pointOf(random, kind);
      begun += point === 'never' ? 0 : 1;
      const asked = await ask({
        url: router.url,
        tenant,
        query: queryOf(random),
        point,
        act: ({ messageId, leave }) => {
          if (kind === 'connection') leave();
          else if (messageId === undefined) return false;
          else void cancel(router.url, tenant, messageId);
          return true;
        },
      });
      // An answer that ended before its point came was not killed.
      if (point !== 'never' && !asked.reached) begun -= 1;
      seen.push(asked);
    }
  };
  try {
    await Promise.all(Array.from({ length: lanes }, lane));
    await waitUntil(async () => (await place.open(tenant)) === 0 && (await engine.counters()).busy === 0);
  } finally {
    await router.child.stop(5_000);
  }
  return { kills: seen.filter(({ reached }) => reached).length, seen };
}

async function cancel(url: string, tenant: TenantId, messageId: string): Promise<void> {
  const headers = { 'x-tenant-id': tenant };
  await fetch(`${url}/chat/${messageId}/cancel`, { method: 'POST', headers }).catch(() => {});
}

/** Some answers at once, whose router is killed at the point of the first; the next router is up by then. */
async function killProcesses(
  place: Place,
  plan: Plan,
  tenant: TenantId,
  random: () => number,
): Promise<Killed> {
  const { engine, until } = plan;
  const seen: Seen[] = [];
  let kills = 0;
  let next = startRouter(place, engine.url);
  const start = async (): Promise<Router> => {
    const router = await next;
    next = startRouter(place, engine.url);
    next.catch(() => {});
    return router;
  };
  try {
    while (kills < plan.kills && Date.now() < until) {
      const router = await start();
      const kill = () => {
        router.child.kill();
        return true;
      };
      const answers = Array.from({ length: 1 + Math.floor(random() * plan.lanes) }, (_, n) =>
        ask({
          url: router.url,
          tenant,
          query: queryOf(random),
          point: n === 0 ? pointOf(random, 'process') : 'never',
          act: kill,
        }),
      );
      seen.push(...(await Promise.all(answers)));
      // Where the point did not come it is killed while nothing is asked.
      kill();
      await router.child.exited;
      kills += 1;
    }
    await waitUntil(async () => (await engine.counters()).busy === 0);
  } finally {
    await next.then(({ child }) => child.stop(5_000));
  }
  return { kills, seen };
}

/** Where kills come: mostly amid the answer, some before its first byte, some at its very end, and some not at all. */
function pointOf(random: () => number, kind: Kind): Point {
  const lot = random();
  if (lot < 0.1) return 'never';
  if (lot < 0.2) return 'end';
  if (lot < 0.35 && kind !== 'cancel') return { ms: random() * 40 };
  if (lot < 0.65) return { events: 1 + Math.floor(random() * 60) };
  return { ms: random() * 2_000 };
}

const queryOf = (random: () => number) =>
  `Tell me of the number ${Math.floor(random() * 1e6)}${' please'.repeat(Math.floor(random() * 20))}.`;

const maxWaitMs = 30_000;

async function waitUntil(holds: () => Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + maxWaitMs;
  while (!(await holds())) {
    if (Date.now() > giveUpAt) throw new Error(`something is still under way after ${maxWaitMs} ms`);
    await sleep(50);
  }
}
