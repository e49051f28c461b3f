import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processStamp } from '../processes/process-stamp.ts';

/** A part as `stage.json` shows it. */
export interface PartEntry {
  readonly name: string;
  readonly url: string;
  /** `null`, as the log, when the part is somebody else's. */
  readonly pid: number | null;
  readonly log: string | null;
}

/** A process and when it began, so that a later process under the same id is not taken for it. */
interface Known {
  readonly pid: number;
  readonly stamp: string | undefined;
}

interface Processes {
  readonly supervisor: Known;
  readonly parts: readonly Known[];
}

export const projectDir = resolve(import.meta.dirname, '../..');

/** Another stage is running in the directory. */
export class StageIsRunning extends Error {
  override readonly name = 'StageIsRunning';
}

/** The folder in which a stage keeps its state, its logs and the list of its parts. */
export class StageDir {
  readonly path: string;
  readonly logs: string;
  readonly aws: string;
  readonly cache: string;
  /** Is there once the sample tenants have been loaded, and until the stage ends. */
  readonly seeded: string;
  readonly #processes: string;

  constructor(path: string) {
    this.path = resolve(projectDir, path);
    this.logs = join(this.path, 'logs');
    this.aws = join(this.path, 'aws');
    this.cache = join(this.path, 'cache');
    this.seeded = join(this.path, 'seeded');
    this.#processes = join(this.path, 'processes.json');
  }

  log(name: string): string {
    return join(this.logs, `${name}.log`);
  }

  /**
   * Takes the folder for this process, and ends what an earlier run that was killed may have left behind.
   *
   * @throws {StageIsRunning} when the stage in it is alive.
   */
  async claim(): Promise<void> {
    mkdirSync(this.logs, { recursive: true });
    mkdirSync(this.aws, { recursive: true });
    const earlier = this.#read();
    if (earlier) {
      if (alive(earlier.supervisor)) {
        throw new StageIsRunning(
          `A stage is already running in ${this.path} (process ${earlier.supervisor.pid}).`,
        );
      }
      await endAll(earlier.parts);
      rmSync(this.#processes, { force: true });
    }
    try {
      // Of two that start at the same moment only one can make the file.
      writeFileSync(this.#processes, JSON.stringify(this.#own([])), { flag: 'wx' });
    } catch {
      throw new StageIsRunning(`Another stage is just starting in ${this.path}.`);
    }
    rmSync(join(this.path, 'stage.json'), { force: true });
    rmSync(this.seeded, { force: true });
  }

  /** From here on the stage tells the outside that it is ready. */
  markSeeded(): void {
    writeFileSync(this.seeded, '');
  }

  unmarkSeeded(): void {
    rmSync(this.seeded, { force: true });
  }

  /** Writes which parts there are; readers see the old list or the new one, whole. */
  write(parts: readonly PartEntry[]): void {
    writeWhole(this.#processes, this.#own(parts));
    writeWhole(join(this.path, 'stage.json'), { parts });
  }

  release(): void {
    rmSync(join(this.path, 'stage.json'), { force: true });
    rmSync(this.#processes, { force: true });
    rmSync(this.seeded, { force: true });
  }

  #own(parts: readonly PartEntry[]): Processes {
    const known = (pid: number): Known => ({ pid, stamp: processStamp(pid) });
    const own = parts.flatMap(({ pid }) => (pid === null ? [] : [known(pid)]));
    return { supervisor: known(process.pid), parts: own };
  }

  #read(): Processes | undefined {
    if (!existsSync(this.#processes)) return undefined;
    try {
      return JSON.parse(readFileSync(this.#processes, 'utf8')) as Processes;
    } catch {
      return { supervisor: { pid: 0, stamp: undefined }, parts: [] };
    }
  }
}

const alive = (known: Known): boolean =>
  known.pid > 0 && known.stamp !== undefined && processStamp(known.pid) === known.stamp;

/** Parts end by themselves when their supervisor does; those that hang get 10 s. */
async function endAll(parts: readonly Known[]): Promise<void> {
  const giveUpAt = Date.now() + 10_000;
  for (const part of parts) if (alive(part)) signal(part, 'SIGTERM');
  while (parts.some(alive) && Date.now() < giveUpAt) await sleep(50);
  for (const part of parts) if (alive(part)) signal(part, 'SIGKILL');
}

function signal(part: Known, name: NodeJS.Signals): void {
  try {
    process.kill(part.pid, name);
  } catch {
    // It has ended in the meantime.
  }
}

function writeWhole(path: string, value: object): void {
  const next = `${path}.${process.pid}.new`;
  writeFileSync(next, `${JSON.stringify(value, null, 2)}\n`);
  renameSync(next, path);
}
