import { type Askers, startAskers, sum } from './askers.ts';
import { type BenchStore, frozenMs, hour, minute } from './bench-store.ts';
import { warmUp } from './burst.ts';
import { type Figures, span, table } from './figures.ts';

const capacity = 60;
const perSecond = 1;
const limits = [minute(capacity), hour(1_000)];
const perStep = 40;

/**
 * Two processes ask far more than they may, once a second by a clock of the bench, the second process's own clock ahead:
 * admitted <= capacity + refill x (elapsed + skew). What comes early is missing later: whose clock is behind may find
 * as much less.
 */
export async function skew(store: BenchStore, short: boolean): Promise<Figures> {
  const broken: string[] = [];
  const rows: string[][] = [];
  const askers = startAskers(2, { ...store, requestTimeoutMs: 20_000, deadlineMs: 20_000 });
  try {
    await warmUp(store, askers, 2);
    for (const elapsedS of short ? [2] : [0, 30]) {
      for (const skewS of [0, 5]) {
        const runs = short || elapsedS > 0 ? 1 : 10;
        const found: number[] = [];
        for (let run = 0; run < runs; run += 1) found.push(await admittedIn(store, askers, elapsedS, skewS));
        const [even, most] = [capacity + perSecond * elapsedS, capacity + perSecond * (elapsedS + skewS)];
        const least = capacity + perSecond * (elapsedS - skewS);
        if (found.some((admitted) => admitted < least || admitted > most)) {
          broken.push(
            `${span(found)} admitted in ${elapsedS} s, clocks ${skewS} s apart: ${least} to ${most}`,
          );
        }
        rows.push([`${skewS} s`, `${elapsedS} s`, String(runs), span(found), String(even), String(most)]);
      }
    }
  } finally {
    await askers.close();
  }
  const head = ['clocks apart', 'elapsed', 'runs', 'admitted', 'with one clock', 'promised at most'];
  return { lines: table(head, rows), broken };
}

/** How many are admitted in all, asking at second 0, 1, ... `elapsedS`. */
async function admittedIn(
  store: BenchStore,
  askers: Askers,
  elapsedS: number,
  skewS: number,
): Promise<number> {
  const tenant = await store.newTenant();
  let admitted = 0;
  for (let second = 0; second <= elapsedS; second += 1) {
    const nowMs = frozenMs + second * 1_000;
    const told = await askers.ask((n) => ({
      tenant,
      limits,
      nowMs: nowMs + n * skewS * 1_000,
      count: perStep,
    }));
    if (sum(told).unsure > 0) throw new Error('a request was unsure, though nothing went wrong');
    admitted += sum(told).admitted;
  }
  return admitted;
}
