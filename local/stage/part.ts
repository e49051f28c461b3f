import { setTimeout as sleep } from 'node:timers/promises';
import type { Child } from '../processes/child.ts';

export interface PartSpec {
  readonly name: string;
  /** What it does, for people. */
  readonly purpose: string;
  readonly url: string;
  readonly log: string;
  /**
   * Starts the process, hands it over at once, and settles when it answers; one that does not come up is ended.
   *
   * @param again whether it fell before: then what was lost with it is repaired, too.
   */
  start(again: boolean, started: (child: Child) => void): Promise<void>;
}

/** After how long a part that fell is started again. */
const restartAfterMs = 5_000;

/** One process of the stage, started again whenever it ends without having been asked to. */
export class Part {
  readonly spec: PartSpec;
  #child: Child | undefined;
  #stopping = false;
  readonly #changed: () => void;
  readonly #say: (line: string) => void;

  constructor(spec: PartSpec, changed: () => void, say: (line: string) => void) {
    this.spec = spec;
    this.#changed = changed;
    this.#say = say;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** @throws when it does not come up the first time. */
  async start(): Promise<void> {
    await this.#bringUp(false);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#child?.stop(15_000);
  }

  async #bringUp(again: boolean): Promise<void> {
    await this.spec.start(again, (child) => {
      this.#child = child;
      if (this.#stopping) child.kill();
    });
    const child = this.#child;
    if (!child || this.#stopping) return;
    this.#changed();
    void child.exited.then((how) => {
      if (this.#stopping) return;
      this.#say(
        `${this.spec.name} ${how}; starting it again in ${restartAfterMs / 1_000} s (${this.spec.log})`,
      );
      void this.#restart();
    });
  }

  async #restart(): Promise<void> {
    while (!this.#stopping) {
      await sleep(restartAfterMs);
      if (this.#stopping) return;
      try {
        await this.#bringUp(true);
        if (!this.#stopping) this.#say(`${this.spec.name} is back`);
        return;
      } catch (error) {
        // It may run and lack what it needs: the next one must find its address free.
        this.#child?.kill();
        this.#say(`${this.spec.name} did not start: ${error instanceof Error ? error.message : error}`);
      }
    }
  }
}
