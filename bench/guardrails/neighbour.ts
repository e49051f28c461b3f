import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { type Figures, median, table } from '../admission/figures.ts';
import { randomFrom } from '../random-from.ts';
import { hostileBodies, hostileSize, ordinaryBodies } from './neighbour-tenants.ts';

const targetChange = 0.1;
const windowMs = 1_800;
const steadyPerS = 80;
const random = randomFrom(7);

/** What the neighbour does in a window. */
const states = ['quiet', 'plain', 'hostile'] as const;
type State = (typeof states)[number];
const bodies = { plain: ordinaryBodies, hostile: hostileBodies(random) };

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
  { perMinute: 600, asksPerMinute: 3_000, alternations: 2 },
];

const percentile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
const p99 = (taken: readonly number[]) =>
  percentile(
    taken.toSorted((a, b) => a - b),
    0.99,
  );
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Milliseconds until the last byte, and the status. */
function ask(
  port: number,
  agent: Agent,
  tenant: string,
  body: Buffer,
): Promise<{ ms: number; status: number }> {
  const begun = performance.now();
  return new Promise((resolve) => {
    const end = (status: number) => resolve({ ms: performance.now() - begun, status });
    const headers = {
      'content-type': 'application/json',
      'content-length': body.length,
      'x-tenant-id': tenant,
      accept: 'application/json',
    };
    const sent = request(
      { port, host: '127.0.0.1', method: 'POST', path: '/chat', agent, headers },
      (answer) => {
        answer.resume().on('end', () => end(answer.statusCode ?? 0));
        answer.on('error', () => end(0));
      },
    );
    sent.on('error', () => end(0)).end(body);
  });
}

/** Asks at even distances, whether or not the answers have come, until the time is over. */
async function askSteadily<T>(
  perS: number,
  atOnce: number,
  untilMs: number,
  one: () => Promise<T>,
): Promise<T[]> {
  const asked: Promise<T>[] = [];
  const everyMs = (1_000 / perS) * atOnce;
  for (let due = performance.now(); due < untilMs; due += everyMs) {
    const early = due - performance.now();
    if (early > 0) await sleep(early);
    for (let n = 0; n < atOnce; n += 1) asked.push(one());
  }
  return Promise.all(asked);
}

async function measureLoad({ perMinute, asksPerMinute, alternations }: Load) {
  const server = fork(join(import.meta.dirname, 'neighbour-server.ts'), [String(perMinute)]);
  const own = new Agent({ keepAlive: true });
  const theirs = new Agent({ keepAlive: true });
  const taken = new Map<State, number[]>(states.map((state) => [state, []]));
  const windows = new Map<State, number[]>(states.map((state) => [state, []]));
  const statuses = new Map<number, number>();
  let hostileMs: number[] = [];
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
    await askSteadily(steadyPerS, 1, performance.now() + 1_200, steady);
    for (const state of ['plain', 'hostile'] as const) await neighbour(state)();
    for (let n = 0; n < alternations; n += 1) {
      for (const state of states) {
        const until = performance.now() + windowMs;
        const beside =
          state === 'quiet'
            ? Promise.resolve([])
            : askSteadily(asksPerMinute / 60, Math.max(1, asksPerMinute / 300), until, neighbour(state));
        const answered = await askSteadily(steadyPerS, 1, until, steady);
        failed += answered.filter(({ status }) => status !== 200).length;
        const times = answered.map(({ ms }) => ms);
        taken.get(state)?.push(...times);
        windows.get(state)?.push(p99(times));
        const theirAnswers = await beside;
        if (state !== 'hostile') continue;
        hostileMs = hostileMs.concat(theirAnswers.map(({ ms }) => ms));
        for (const { status } of theirAnswers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    }
  } finally {
    own.destroy();
    theirs.destroy();
    server.kill();
  }
  return { taken, windows, statuses, hostileMs, failed };
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
    const { taken, windows, statuses, hostileMs, failed } = await measureLoad(load);
    const of = (state: State) => windows.get(state) ?? [];
    const changes = (state: State) => of(state).map((value, n) => value / (of('quiet')[n] ?? Number.NaN) - 1);
    const change = median(changes('hostile'));
    const percent = (value: number) => `${(value * 100).toFixed(0)} %`;
    const pooled = (state: State) => p99(taken.get(state) ?? []);
    const within = load.asksPerMinute <= load.perMinute;
    const name = `${load.asksPerMinute}/min${within ? '' : ` of ${load.perMinute} allowed`}`;
    rows.push([
      name,
      ...states.map((state) =>
        percentile(
          (taken.get(state) ?? []).toSorted((a, b) => a - b),
          0.5,
        ).toFixed(1),
      ),
      ...states.map((state) => median(of(state)).toFixed(1)),
      percent(median(changes('plain'))),
      percent(change),
      percent(pooled('hostile') / pooled('quiet') - 1),
    ]);
    const heard = [...statuses].map(([status, count]) => `${count} x ${status}`).join(', ');
    notes.push(
      `${name}: the hostile one had ${heard}, its slowest answer after ${Math.max(...hostileMs).toFixed(0)} ms`,
    );
    if (failed > 0) broken.push(`${name}: ${failed} of the steady tenant's questions had no answer`);
    if (within && change > targetChange)
      broken.push(`${name}: the hostile neighbour changes p99 by ${percent(change)}`);
  }
  const head = ['a neighbour asks', ...states.map((s) => `p50 ${s}`), ...states.map((s) => `p99 ${s}`)];
  return {
    lines: [
      `${rules} hostile rules and ${patterns} hostile patterns; ${steadyPerS} questions/s of the other tenant, ms until the last byte`,
      ...table([...head, 'plain', 'hostile', 'pooled'], rows),
      ...notes,
    ],
    broken,
  };
}
