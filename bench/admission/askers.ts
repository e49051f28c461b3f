import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { AskerAnswer, AskerSettings, Asking, Told } from './asking.ts';

const program = fileURLToPath(new URL('asker.ts', import.meta.url));
const maxWaitMs = 60_000;

export interface Askers {
  /** Lets all processes ask at once; each makes `asking(n).count` requests. @returns what each one's callers were told. */
  ask(asking: (n: number) => Asking): Promise<readonly Told[]>;
  close(): Promise<void>;
}

/** Starts `count` processes of their own that ask for admission. */
export function startAskers(count: number, settings: AskerSettings): Askers {
  const children = Array.from({ length: count }, () => fork(program, [JSON.stringify(settings)]));
  return {
    ask: (asking) => Promise.all(children.map((child, n) => answerOf(child, asking(n)))),
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

async function answerOf(child: ChildProcess, asking: Asking): Promise<Told> {
  const wait = new AbortController();
  const ended = once(child, 'exit', { signal: wait.signal }).then(([code]): AskerAnswer => {
    return { error: `it ended with ${code}` };
  });
  const answered = once(child, 'message', {
    signal: AbortSignal.any([wait.signal, AbortSignal.timeout(maxWaitMs)]),
  });
  ended.catch(() => {}); // it is stopped below, when the answer is there
  child.send(asking);
  try {
    const answer = await Promise.race([ended, answered.then(([message]) => message as AskerAnswer)]);
    if ('error' in answer) throw new Error(`a process that asks failed: ${answer.error}`);
    return answer.told;
  } finally {
    wait.abort();
  }
}

/** All processes together. */
export function sum(told: readonly Told[]): Told {
  const of = (name: keyof Told) => told.reduce((all, each) => all + each[name], 0);
  return { admitted: of('admitted'), refused: of('refused'), unsure: of('unsure') };
}
