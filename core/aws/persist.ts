import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../problems/problem.ts';

/**
 * Repeats a write that others may overtake, until it has an answer: full jitter, at most 400 ms between two tries.
 *
 * @param attempt gives `undefined` when another writer was first.
 * @param what is being changed, for the person who is told to try again, such as `The keys are`.
 * @throws {Problem} `conflict` when others were first every time.
 */
export async function persist<T>(
  maxTries: number,
  what: string,
  attempt: () => Promise<{ readonly answer: T } | undefined>,
): Promise<T> {
  for (let tries = 1; tries <= maxTries; tries++) {
    const done = await attempt();
    if (done) return done.answer;
    if (tries < maxTries) await sleep(Math.random() * Math.min(400, 20 * 2 ** tries));
  }
  throw new Problem('conflict', `${what} being changed by others; try again`, { retryAfterS: 1 });
}
