import { type FunctionName, type FunctionResource, functions } from '../../stacks/resources.ts';

/** A function that is invoked again and again. */
export interface ScheduledFunction {
  readonly name: string;
  readonly everyMinutes: number;
  readonly timeoutS: number;
}

/** Those that the resources describe. */
export const scheduledFunctions: readonly ScheduledFunction[] = (
  Object.keys(functions) as FunctionName[]
).flatMap((name) => {
  const { schedule, timeoutS }: FunctionResource = functions[name];
  return schedule ? [{ name, everyMinutes: schedule.everyMinutes, timeoutS }] : [];
});

/** What a worker may take to come up before its function's own time begins. */
const startMs = 30_000;

/** What EventBridge's scheduler is on AWS. A run that fails is told, and the next one comes all the same. */
export class Schedule {
  readonly #functions: readonly ScheduledFunction[];
  readonly #taskHost: string;
  readonly #say: (line: string) => void;
  readonly #ending = new AbortController();
  readonly #timers: NodeJS.Timeout[];
  #running: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  /** @param taskHost where the Lambda host takes events of task functions. */
  constructor(list: readonly ScheduledFunction[], taskHost: string, say: (line: string) => void) {
    this.#functions = list;
    this.#taskHost = taskHost;
    this.#say = say;
    this.#timers = list.map((each) =>
      setInterval(() => void this.#invoke(each), each.everyMinutes * 60_000).unref(),
    );
  }

  /** Invokes all of them now, or once more after a run that is under way; never rejects. */
  runNow(): Promise<void> {
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      this.#running = Promise.all(this.#functions.map((each) => this.#invoke(each))).then(() => {});
      return this.#running;
    });
    return this.#next;
  }

  stop(): void {
    this.#ending.abort();
    for (const timer of this.#timers) clearInterval(timer);
  }

  async #invoke({ name, timeoutS }: ScheduledFunction): Promise<void> {
    if (this.#ending.signal.aborted) return;
    try {
      const response = await fetch(`${this.#taskHost}/${name}`, {
        method: 'POST',
        body: '{}',
        signal: AbortSignal.any([this.#ending.signal, AbortSignal.timeout(startMs + timeoutS * 1_000)]),
      });
      const answer = await response.text();
      if (!response.ok) throw new Error(answer.slice(0, 300));
    } catch (error) {
      if (this.#ending.signal.aborted) return;
      this.#say(`the scheduled ${name} failed: ${error instanceof Error ? error.message : error}`);
    }
  }
}
