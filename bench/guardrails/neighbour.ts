import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, type ClientRequest, request } from 'node:http';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Figures, median, table } from '../admission/figures.ts';
import { randomFrom } from '../random-from.ts';
import { hostileBodies, hostileSize, ordinaryBodies } from './neighbour-tenants.ts';

const targetChange = 0.1;
/** Of all rounds, those are looked at in which other processes used least of the machine: so many. */
const rounds = 10;
const quietRounds = 6;
const windowMs = 2_200;
/** What others may use of processors for the figures to hold. */
const quietProcessors = 0.15;
const warmUpMs = 2_500;
/** A third of what one process can answer, so that it is the neighbour who is felt. */
const steadyPerS = 25;
const random = randomFrom(7);

const measures = [
  ['firstMs', 'first token'],
  ['wholeMs', 'whole answer'],
] as const;
const percent = (value: number) => `${(value * 100).toFixed(0)} %`;

/** Who asks beside the steady tenant in a window: one with ordinary rules and texts, or one with hostile ones. */
const states = ['plain', 'hostile'] as const;
type State = (typeof states)[number];
const bodies = { plain: ordinaryBodies, hostile: hostileBodies(random) };

/** What the neighbour's configuration lets it ask, and it does. */
const loads = [60, 600] as const;

const percentile = (taken: readonly number[], share: number) =>
  taken.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(taken.length * share) - 1)] ?? Number.NaN;

/** How a question went: milliseconds until its first token came, and until its last byte did. */
interface Asked {
  /** Of the answer, or why there was none. */
  readonly status: number | string;
  readonly firstMs: number;
  readonly wholeMs: number;
}

/** One who asks. */
class Asker {
  readonly #port: number;
  readonly #tenant: string;
  readonly #bodies: readonly Buffer[];
  readonly #agent = new Agent({ keepAlive: true });
  readonly #open = new Set<ClientRequest>();
  #asked = 0;

  constructor(port: number, tenant: string, list: readonly Buffer[]) {
    this.#port = port;
    this.#tenant = tenant;
    this.#bodies = list;
  }

  ask(): Promise<Asked> {
    const body = this.#bodies[this.#asked % this.#bodies.length] ?? Buffer.of();
    this.#asked += 1;
    const begun = performance.now();
    return new Promise((resolve) => {
      let firstMs = Number.NaN;
      const end = (status: number | string) => {
        this.#open.delete(sent);
        resolve({ status, firstMs, wholeMs: performance.now() - begun });
      };
      const headers = {
        'content-type': 'application/json',
        'content-length': body.length,
        'x-tenant-id': this.#tenant,
        accept: 'text/event-stream',
      };
      const failed = ({ code, message }: NodeJS.ErrnoException) => end(code ?? message);
      const sent = request(
        { port: this.#port, host: '127.0.0.1', method: 'POST', path: '/chat', agent: this.#agent, headers },
        (answer) => {
          let broken = false;
          answer.setEncoding('utf8').on('data', (text: string) => {
            if (Number.isNaN(firstMs) && text.includes('event: token')) firstMs = performance.now() - begun;
            broken ||= text.includes('event: error');
          });
          answer.on('end', () => end(broken ? 'error event' : (answer.statusCode ?? 0))).on('error', failed);
        },
      );
      this.#open.add(sent);
      sent.on('error', failed).end(body);
    });
  }

  /** Asks at even distances, whether or not the answers have come, while it is time. */
  async askSteadily(perS: number, untilMs: number): Promise<Promise<Asked>[]> {
    const asked: Promise<Asked>[] = [];
    for (let due = performance.now(); due < untilMs; due += 1_000 / perS) {
      const early = due - performance.now();
      if (early > 0) await sleep(early);
      asked.push(this.ask());
    }
    return asked;
  }

  /** Waits for no answer any more. */
  leave(): void {
    for (const sent of this.#open) sent.destroy(new Error('left'));
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Milliseconds that the steady tenant's answers took in one window, and what was used of processors. */
interface Met {
  readonly firstMs: readonly number[];
  readonly wholeMs: readonly number[];
  /** Processors that the server used, and those that processes used which are no part of this. */
  readonly cpu: number;
  readonly others: number;
}

/** Milliseconds of processors so far: of the server, and of what is no part of this. */
async function cpuOf(server: ChildProcess): Promise<{ readonly server: number; readonly others: number }> {
  server.send('cpu');
  const [{ cpuMs }] = (await once(server, 'message')) as [{ cpuMs: number }];
  const { user, system } = process.cpuUsage();
  const all = cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
  return { server: cpuMs, others: all - cpuMs - (user + system) / 1_000 };
}

/** Rounds of windows in which the machine did least beside them. */
function quietest(windows: Readonly<Record<State, readonly Met[]>>): Readonly<Record<State, readonly Met[]>> {
  const disturbed = (round: number) =>
    Math.max(...states.map((state) => windows[state][round]?.others ?? Number.POSITIVE_INFINITY));
  const kept = [...windows.plain.keys()].sort((a, b) => disturbed(a) - disturbed(b)).slice(0, quietRounds);
  const of = (state: State) => windows[state].filter((_, round) => kept.includes(round));
  return { plain: of('plain'), hostile: of('hostile') };
}

async function measureLoad(perMinute: number) {
  const server = fork(join(import.meta.dirname, 'neighbour-server.ts'), [String(perMinute)], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  // It tells of every client that leaves, and those are many here: shown only where it does not start.
  let said = '';
  server.stderr?.on('data', (bytes) => {
    said = (said + bytes).slice(-2_000);
  });
  const windows: Readonly<Record<State, Met[]>> = { plain: [], hostile: [] };
  const heard: Readonly<Record<State | 'steady', Asked[]>> = { steady: [], plain: [], hostile: [] };
  const askers: Asker[] = [];
  try {
    const [{ port }] = (await Promise.race([
      once(server, 'message'),
      once(server, 'exit').then(() => Promise.reject(new Error(`the server did not start: ${said}`))),
    ])) as [{ port: number }];
    const asker = (tenant: string, list: readonly Buffer[]) => {
      const one = new Asker(port, tenant, list);
      askers.push(one);
      return one;
    };
    const steady = asker('steady', ordinaryBodies);
    const beside = { plain: asker('plain', bodies.plain), hostile: asker('hostile', bodies.hostile) };
    const warm = await steady.askSteadily(steadyPerS, performance.now() + warmUpMs);
    await Promise.all([...warm, ...states.map((state) => beside[state].ask())]);
    for (let round = 0; round < rounds; round += 1) {
      // Another one is first each time: what comes and goes on the machine meets both.
      for (const state of round % 2 === 0 ? states : states.toReversed()) {
        const until = performance.now() + windowMs;
        const [before, beganMs] = [await cpuOf(server), performance.now()];
        const asking = beside[state].askSteadily(perMinute / 60, until);
        const mine = await Promise.all(await steady.askSteadily(steadyPerS, until));
        const [after, tookMs] = [await cpuOf(server), performance.now() - beganMs];
        const theirs = await asking;
        // What a hostile one left to do ends with it: the next window is not its.
        beside[state].leave();
        heard[state].push(...(await Promise.all(theirs)));
        heard.steady.push(...mine);
        const answered = mine.filter(({ status }) => status === 200);
        const [firstMs, wholeMs] = [answered.map((one) => one.firstMs), answered.map((one) => one.wholeMs)];
        const used = (what: 'server' | 'others') => (after[what] - before[what]) / tookMs;
        windows[state].push({ firstMs, wholeMs, cpu: used('server'), others: used('others') });
        await sleep(100);
      }
    }
  } finally {
    for (const one of askers) one.close();
    server.kill();
  }
  return { windows: quietest(windows), heard };
}

const counted = (asked: readonly Asked[]) =>
  [...Map.groupBy(asked, ({ status }) => status)]
    .map(([status, answers]) => `${answers.length} x ${status}`)
    .join(', ');

/**
 * What a neighbour that does its worst within its limits changes for a tenant in the same process: windows in which it
 * asks take turns with windows in which one with ordinary rules and texts asks as often, and is answered in as many
 * pieces. Judged by the rounds in which other processes took least from both.
 */
export async function benchNeighbour(): Promise<Figures> {
  const { rules, patterns } = hostileSize();
  const rows: (string | number)[][] = [];
  const notes: string[] = [];
  const broken: string[] = [];
  for (const perMinute of loads) {
    const { windows, heard } = await measureLoad(perMinute);
    const name = `${perMinute}/min`;
    for (const [what, title] of measures) {
      for (const [share, as] of [
        [0.5, 'p50'],
        [0.99, 'p99'],
      ] as const) {
        const all = (state: State) =>
          percentile(
            windows[state].flatMap((met) => met[what]),
            share,
          );
        const change = all('hostile') / all('plain') - 1;
        const each = windows.hostile.map(
          (met, n) => percentile(met[what], share) / percentile(windows.plain[n]?.[what] ?? [], share) - 1,
        );
        rows.push([
          `${name}, ${title}, ${as}`,
          windows.hostile.flatMap((met) => met[what]).length,
          ...states.map((state) => all(state).toFixed(1)),
          percent(change),
          percent(median(each)),
        ]);
        // A moment in which the machine does something else moves the one, and a neighbour both.
        if (as === 'p99' && Math.min(change, median(each)) > targetChange)
          broken.push(`${name}: the hostile neighbour changes the p99 of the ${title} by ${percent(change)}`);
      }
    }
    const busy = states.some((state) => median(windows[state].map((met) => met.others)) > quietProcessors);
    const used = (state: State, what: 'cpu' | 'others') =>
      percent(median(windows[state].map((met) => met[what])));
    notes.push(
      ...(busy ? [`${name}: the machine was busy, so this is not told for sure`] : []),
      `${name}: the server used ${used('plain', 'cpu')} and ${used('hostile', 'cpu')} of a processor, other processes ${used('plain', 'others')} and ${used('hostile', 'others')}`,
      ...(['steady', ...states] as const).map((who) => `${name}: ${who} had ${counted(heard[who])}`),
    );
    const failed = heard.steady.filter(({ status }) => status !== 200).length;
    if (failed > 0) broken.push(`${name}: ${failed} of the steady tenant's questions had no answer`);
  }
  const head = ['ms', 'samples', ...states, 'change', 'median of rounds'];
  return {
    lines: [
      `${rules} hostile rules and ${patterns} hostile patterns beside ${steadyPerS} questions/s`,
      ...table(head, rows),
      ...notes,
    ],
    broken,
  };
}
