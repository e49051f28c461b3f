import { startAskers, sum } from './askers.ts';
import { type BenchStore, frozenMs } from './bench-store.ts';
import { burstLimit, burstLimits, burstSize, warmUp } from './burst.ts';
import { type Fault, type FaultyProxy, faults as kinds, startFaultyProxy } from './faulty-proxy.ts';
import { type Figures, span, table } from './figures.ts';
import { isAll } from './is-all.ts';
import { reservedUnderFaults } from './reserved-under-faults.ts';
import { type Waits, waits } from './waits.ts';

/** More than there are permits, and few enough for a slow machine to answer all of them in time. */
const fewMore = 80;

const figures = ['met', 'admitted', 'taken', 'lost', 'unsure', 'refused', 'later'] as const;

interface Plan {
  readonly name: string;
  readonly processes: number;
  readonly faults: readonly Fault[];
  readonly runs: number;
  readonly requests: number;
}

/** Each fault alone by two processes, then all of them in turn by one, two and four. */
function plans(short: boolean): Plan[] {
  if (short) return [{ name: 'all in turn', processes: 2, faults: kinds, runs: 1, requests: 120 }];
  const requests = burstSize;
  const alone = kinds.map((fault) => ({ name: fault, processes: 2, faults: [fault], runs: 3, requests }));
  const mixed = [1, 2, 4].map((processes) => ({
    name: 'all in turn',
    processes,
    faults: kinds,
    runs: 10,
    requests,
  }));
  return [...alone, ...mixed];
}

/**
 * The burst while every third call to the store goes wrong: never more than 60 are admitted, neither told nor taken; a
 * refusal is only given when all are taken; and when the bucket has refilled, all 60 are there again.
 */
export async function faults(store: BenchStore, short: boolean): Promise<Figures> {
  const proxy = await startFaultyProxy(store.endpoint, waits(short).lateMs);
  const broken: string[] = [];
  const rows: string[][] = [];
  let reserved: Figures | undefined;
  try {
    for (const plan of plans(short)) rows.push(await trial(store, proxy, plan, waits(short), broken));
    reserved = await reservedUnderFaults(store, proxy, short);
  } finally {
    await proxy.close();
  }
  const head = ['every third call', 'processes', 'runs', 'faults', 'told admitted', 'taken in item'];
  return {
    lines: [
      ...table([...head, 'taken, not told', 'unsure', 'refused', 'a minute later'], rows),
      'Without budgets what was taken and not told is lost until the bucket has refilled.',
      '',
      ...reserved.lines,
    ],
    broken: [...broken, ...reserved.broken],
  };
}

async function trial(
  store: BenchStore,
  proxy: FaultyProxy,
  plan: Plan,
  { requestTimeoutMs, deadlineMs }: Waits,
  broken: string[],
): Promise<string[]> {
  const { name, processes, runs, requests } = plan;
  const { endpoint } = proxy;
  const { tableName } = store;
  const askers = startAskers(processes, { endpoint, tableName, requestTimeoutMs, deadlineMs });
  const found: Record<(typeof figures)[number], number>[] = [];
  try {
    proxy.inject([]);
    await warmUp(store, askers, processes);
    for (let run = 1; run <= runs; run += 1) {
      const tenant = await store.newTenant();
      const asking = { tenant, limits: burstLimits, nowMs: frozenMs, count: requests / processes };
      proxy.inject(plan.faults);
      const told = sum(await askers.ask(() => asking));
      await proxy.idle();
      const met = [...proxy.met.values()].reduce((all, each) => all + each, 0);
      const taken = await store.taken(tenant, burstLimit);
      proxy.inject([]);
      const later = sum(
        await askers.ask(() => ({ ...asking, nowMs: frozenMs + 60_000, count: fewMore / processes })),
      );
      found.push({ ...told, met, taken, later: later.admitted, lost: taken - told.admitted });
      const wrong = wrongs(told, taken, later);
      if (wrong.length > 0) broken.push(`${name}, ${processes} processes, run ${run}: ${wrong.join('; ')}`);
    }
  } finally {
    await askers.close();
  }
  const spans = figures.map((figure) => span(found.map((each) => each[figure])));
  return [name, String(processes), String(runs), ...spans];
}

/** What of the promise does not hold. */
function wrongs(
  told: { readonly admitted: number; readonly refused: number; readonly unsure: number },
  taken: number,
  later: { readonly admitted: number; readonly unsure: number },
): string[] {
  const rules: readonly (readonly [holds: boolean, words: string])[] = [
    [told.admitted <= burstLimit, `${told.admitted} were told that they are admitted`],
    [taken <= burstLimit, `${taken} permits were taken`],
    [told.admitted <= taken, `${told.admitted} were admitted, only ${taken} permits were taken`],
    [taken - told.admitted <= told.unsure, `${taken - told.admitted} lost, ${told.unsure} unsure`],
    [told.refused === 0 || taken === burstLimit, `${told.refused} refused with ${taken} permits taken`],
    [isAll(later, burstLimit), `${later.admitted} admitted when the bucket had refilled`],
  ];
  return rules.filter(([holds]) => !holds).map(([, words]) => words);
}
