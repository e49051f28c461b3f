import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { AskerAnswer, AskerSettings, Asking, Order, Settled, Settling, Told } from './asking.ts';

const program = fileURLToPath(new URL('asker.ts', import.meta.url));
const maxWaitMs = 60_000;

export interface Askers {
  /** Lets all processes ask at once; each makes `asking(n).count` requests. @returns what each one's callers were told. */
  ask(asking: (n: number) => Asking): Promise<readonly Told[]>;
  /** Lets all processes settle at once what they were admitted for when they were last asked. */
  settle(settling: Settling): Promise<readonly Settled[]>;
  close(): Promise<void>;
}

/** Starts `count` processes of their own that ask for admission. */
export function startAskers(count: number, settings: AskerSettings): Askers {
  const children = Array.from({ length: count }, () => fork(program, [JSON.stringify(settings)]));
  return {
    ask: (asking) =>
      Promise.all(children.map((child, n) => answerOf<Told>(child, { kind: 'ask', ...asking(n) }))),
    settle: (settling) =>
      Promise.all(children.map((child) => answerOf<Settled>(child, { kind: 'settle', ...settling }))),
    async close() {
      await Promise.all(
        children.map(async (child) => {
          if (child.exitCode !== null || child.signalCode !== null) return;
          const exited = once(child, 'exit');
          child.kill();
          await exited;
        }),
      );
    },
  };
}

async function answerOf<Done>(child: ChildProcess, order: Order): Promise<Done> {
  const wait = new AbortController();
  const ended = once(child, 'exit', { signal: wait.signal }).then(([code]): AskerAnswer => {
    return { error: `it ended with ${code}` };
  });
  const answered = once(child, 'message', {
    signal: AbortSignal.any([wait.signal, AbortSignal.timeout(maxWaitMs)]),
  });
  ended.catch(() => {}); // it is stopped below, when the answer is there
  child.send(order);
  try {
    const answer = await Promise.race([ended, answered.then(([message]) => message as AskerAnswer)]);
    if ('error' in answer) throw new Error(`a process that asks failed: ${answer.error}`);
    return answer.done as Done;
  } finally {
    wait.abort();
  }
}

/** All processes together. */
export function sum<Name extends string>(
  each: readonly Readonly<Record<Name, number>>[],
): Record<Name, number> {
  const all: Partial<Record<Name, number>> = {};
  for (const one of each) {
    for (const name of Object.keys(one) as Name[]) all[name] = (all[name] ?? 0) + one[name];
  }
  return all as Record<Name, number>;
}
