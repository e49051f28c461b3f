import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { type Figures, median, table } from '../admission/figures.ts';
import { randomFrom } from '../random-from.ts';
import { hostileBodies, hostileSize, ordinaryBodies } from './neighbour-tenants.ts';

const targetChange = 0.1;
const windowMs = 1_400;
const warmUpMs = 2_000;
/** A third of what one process can answer, so that it is the neighbour who is felt. */
const steadyPerS = 25;
const random = randomFrom(7);

const measures = [
  ['firstMs', 'first token'],
  ['wholeMs', 'whole answer'],
] as const;
const percent = (value: number) => `${(value * 100).toFixed(0)} %`;

/** What the neighbour does in a window. */
const states = ['quiet', 'plain', 'hostile'] as const;
type State = (typeof states)[number];
const bodies = { plain: ordinaryBodies, hostile: hostileBodies(random) };

/** It asks in bursts, twice a second at most: what comes together is served together. */
const atOnceOf = (asksPerMinute: number) => Math.max(1, Math.round(asksPerMinute / 120));

interface Load {
  /** What the neighbour's configuration lets it ask. */
  readonly perMinute: number;
  /** What it asks. */
  readonly asksPerMinute: number;
  readonly alternations: number;
}
const loads: readonly Load[] = [
  { perMinute: 60, asksPerMinute: 60, alternations: 4 },
  { perMinute: 600, asksPerMinute: 600, alternations: 4 },
];

const percentile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
const p99 = (taken: readonly number[]) =>
  percentile(
    taken.toSorted((a, b) => a - b),
    0.99,
  );
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** How a question went: milliseconds until its first token came, and until its last byte did. */
interface Asked {
  readonly status: number;
  readonly firstMs: number;
  readonly wholeMs: number;
}

function ask(port: number, agent: Agent, tenant: string, body: Buffer): Promise<Asked> {
  const begun = performance.now();
  return new Promise((resolve) => {
    let firstMs = Number.NaN;
    const end = (status: number) => resolve({ status, firstMs, wholeMs: performance.now() - begun });
    const headers = {
      'content-type': 'application/json',
      'content-length': body.length,
      'x-tenant-id': tenant,
      accept: 'text/event-stream',
    };
    const sent = request(
      { port, host: '127.0.0.1', method: 'POST', path: '/chat', agent, headers },
      (answer) => {
        answer.setEncoding('utf8').on('data', (text: string) => {
          if (Number.isNaN(firstMs) && text.includes('event: token')) firstMs = performance.now() - begun;
        });
        answer.on('end', () => end(answer.statusCode ?? 0)).on('error', () => end(0));
      },
    );
    sent.on('error', () => end(0)).end(body);
  });
}

/** Asks at even distances, whether or not the answers have come, while it is time. */
async function askSteadily<T>(
  perS: number,
  atOnce: number,
  goesOn: () => boolean,
  one: () => Promise<T>,
): Promise<T[]> {
  const asked: Promise<T>[] = [];
  const everyMs = (1_000 / perS) * atOnce;
  for (let due = performance.now(); goesOn(); due += everyMs) {
    const early = due - performance.now();
    if (early > 0) await sleep(early);
    for (let n = 0; n < atOnce; n += 1) asked.push(one());
  }
  return Promise.all(asked);
}

/** What the steady tenant met in one window. */
interface Met {
  readonly firstMs: readonly number[];
  readonly wholeMs: readonly number[];
}

async function measureLoad({ perMinute, asksPerMinute, alternations }: Load) {
  const server = fork(join(import.meta.dirname, 'neighbour-server.ts'), [String(perMinute)]);
  const own = new Agent({ keepAlive: true });
  const theirs = new Agent({ keepAlive: true });
  const windows: Readonly<Record<State, Met[]>> = { quiet: [], plain: [], hostile: [] };
  const hostile: Asked[] = [];
  let failed = 0;
  try {
    const [port] = (await Promise.race([
      once(server, 'message'),
      once(server, 'exit').then(() => Promise.reject(new Error('the server did not start'))),
    ])) as [number];
    const steady = () => ask(port, own, 'steady', ordinaryBodies[0] ?? Buffer.of());
    let turn = 0;
    const neighbour = (state: 'plain' | 'hostile') => () => {
      const list = bodies[state];
      turn += 1;
      return ask(port, theirs, state, list[turn % list.length] ?? Buffer.of());
    };
    const before = (endMs: number) => () => performance.now() < endMs;
    await askSteadily(steadyPerS, 1, before(performance.now() + warmUpMs), steady);
    for (const state of ['plain', 'hostile'] as const) await neighbour(state)();
    for (let n = 0; n < alternations; n += 1) {
      // Another one is first each time: what comes and goes on the machine meets all of them.
      for (const state of [...states.slice(n % 3), ...states.slice(0, n % 3)]) {
        const until = performance.now() + windowMs;
        let beside = state !== 'quiet';
        // Goes on until the neighbour has its last answer: what it left to do is felt as well.
        const goesOn = () => performance.now() < until || (beside && performance.now() < until + windowMs);
        const mine = askSteadily(steadyPerS, 1, goesOn, steady);
        if (state !== 'quiet') {
          const answers = await askSteadily(
            asksPerMinute / 60,
            atOnceOf(asksPerMinute),
            before(until),
            neighbour(state),
          );
          beside = false;
          if (state === 'hostile') hostile.push(...answers);
        }
        const answered = await mine;
        failed += answered.filter(({ status }) => status !== 200).length;
        const [firstMs, wholeMs] = [answered.map((one) => one.firstMs), answered.map((one) => one.wholeMs)];
        windows[state].push({ firstMs, wholeMs });
      }
    }
  } finally {
    own.destroy();
    theirs.destroy();
    server.kill();
  }
  return { windows, hostile, failed };
}

/**
 * What a neighbour that does its worst within its limits changes for a tenant in the same process. Three windows take
 * turns: no neighbour, one with ordinary rules and questions, and a hostile one that asks as often.
 */
export async function benchNeighbour(): Promise<Figures> {
  const { rules, patterns } = hostileSize();
  const rows: (string | number)[][] = [];
  const notes: string[] = [];
  const broken: string[] = [];
  for (const load of loads) {
    const { windows, hostile, failed } = await measureLoad(load);
    const within = load.asksPerMinute <= load.perMinute;
    const name = `${load.asksPerMinute}/min${within ? '' : ` of ${load.perMinute}`}`;
    for (const [what, title] of measures) {
      const change = (state: State) =>
        median(windows[state].map((met, n) => p99(met[what]) / p99(windows.quiet[n]?.[what] ?? []) - 1));
      const pooled = (state: State) => p99(windows[state].flatMap((met) => met[what]));
      rows.push([
        `${name}, ${title}`,
        ...states.map((state) => pooled(state).toFixed(1)),
        percent(change('plain')),
        percent(change('hostile')),
      ]);
      if (within && what === 'wholeMs' && change('hostile') > targetChange)
        broken.push(`${name}: the hostile neighbour changes p99 by ${percent(change('hostile'))}`);
    }
    const heard = Map.groupBy(hostile, ({ status }) => status);
    const statuses = [...heard].map(([status, answers]) => `${answers.length} x ${status}`).join(', ');
    const slowest = Math.max(...hostile.map(({ wholeMs }) => wholeMs)).toFixed(0);
    notes.push(`${name}: the hostile one had ${statuses}, its slowest answer after ${slowest} ms`);
    if (failed > 0) broken.push(`${name}: ${failed} of the steady tenant's questions had no answer`);
  }
  const head = ['p99 in ms', ...states.map((state) => state), 'plain', 'hostile'];
  return {
    lines: [
      `${rules} hostile rules and ${patterns} hostile patterns beside ${steadyPerS} questions/s; changes are medians over the alternations`,
      ...table(head, rows),
      ...notes,
    ],
    broken,
  };
}
