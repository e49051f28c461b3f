import { type Askers, startAskers, sum } from './askers.ts';
import { type BenchStore, frozenMs, hour, minute } from './bench-store.ts';
import { type Figures, span, table } from './figures.ts';

export const burstLimit = 60;
export const burstSize = 500;
export const burstLimits = [minute(burstLimit), hour(1_000)];

/** 500 requests at once at 60 a minute, the clock standing still: exactly 60 are admitted, by however many processes. */
export async function burst(store: BenchStore, short: boolean): Promise<Figures> {
  const runs = short ? 1 : 10;
  const broken: string[] = [];
  const rows: string[][] = [];
  for (const processes of short ? [2] : [1, 2, 4]) {
    const askers = startAskers(processes, { ...store, requestTimeoutMs: 20_000, deadlineMs: 20_000 });
    try {
      await warmUp(store, askers, processes);
      const found = [];
      for (let run = 0; run < runs; run += 1) {
        const tenant = await store.newTenant();
        const asking = { tenant, limits: burstLimits, nowMs: frozenMs, count: burstSize / processes };
        const begun = performance.now();
        const told = sum(await askers.ask(() => asking));
        const ms = performance.now() - begun;
        const taken = await store.taken(tenant, burstLimit);
        found.push({ ...told, taken, ms });
        if (told.admitted !== burstLimit || taken !== burstLimit || told.unsure > 0) {
          broken.push(`${processes} processes, run ${run + 1}: ${JSON.stringify({ ...told, taken })}`);
        }
      }
      rows.push([
        String(processes),
        String(runs),
        span(found.map(({ admitted }) => admitted)),
        span(found.map(({ taken }) => taken)),
        span(found.map(({ refused }) => refused)),
        span(found.map(({ unsure }) => unsure)),
        span(found.map(({ ms }) => Math.round(ms))),
      ]);
    } finally {
      await askers.close();
    }
  }
  const head = ['processes', 'runs', 'told admitted', 'taken in item', 'refused', 'unsure', 'ms a burst'];
  return { lines: table(head, rows), broken };
}

/** Opens connections and lets the code settle, on a tenant that nobody counts. */
export async function warmUp(store: BenchStore, askers: Askers, processes: number): Promise<void> {
  const tenant = await store.newTenant();
  const count = Math.ceil(200 / processes);
  await askers.ask(() => ({ tenant, limits: burstLimits, nowMs: frozenMs, count }));
}
