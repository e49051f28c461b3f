import { median } from '../admission/figures.ts';

/** Something that is measured: one call does it once. */
export type Call = () => unknown;

/** Milliseconds of CPU per call, user and system, all threads of the process. */
async function cpuMs(call: Call, times: number): Promise<number> {
  const begun = process.cpuUsage();
  for (let i = 0; i < times; i += 1) await call();
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1_000 / times;
}

export interface Turns {
  readonly rounds: number;
  /** CPU of one measured round of one call, roughly, in milliseconds. */
  readonly roundMs: number;
}

/**
 * Milliseconds of CPU per call of each, the middle one of all rounds. They take turns in one process, so that a busy
 * machine meets all of them.
 */
export async function inTurns<Name extends string>(
  calls: Readonly<Record<Name, Call>>,
  { rounds, roundMs }: Turns,
): Promise<Readonly<Record<Name, number>>> {
  const measured = Object.entries<Call>(calls).map(([name, call]) => ({
    name,
    call,
    times: 1,
    taken: [] as number[],
  }));
  for (const one of measured) {
    // Warm first: half a second, or three calls of what takes longer.
    const until = performance.now() + 500;
    for (let done = 0; done < 3 || performance.now() < until; done += 1) await one.call();
    const each = await cpuMs(one.call, 3);
    one.times = Math.max(1, Math.min(2_000, Math.round(roundMs / Math.max(each, 0.001))));
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const { call, times, taken } of measured) taken.push(await cpuMs(call, times));
  }
  return Object.fromEntries(measured.map(({ name, taken }) => [name, median(taken)])) as Record<Name, number>;
}
