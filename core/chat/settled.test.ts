import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryAdmission } from '../admission/admission.memory.ts';
import type { Used } from '../admission/schema.ts';
import { nothingToRevoke, type Proof } from '../identity/proof.ts';
import type { ChatEvent, OrchestratorEvent } from '../orchestrator/schema.ts';
import type { RequestFacts } from '../telemetry/request-line.ts';
import { tenantConfigSchema } from '../tenants/schema.ts';
import { vouchForTenant } from '../tenants/tenant-id.ts';
import { createMemoryCancellations } from './cancellations.memory.ts';
import type { Question } from './chat-deps.ts';
import { openChat } from './open-chat.ts';

const tenant = vouchForTenant('t1');
const question: Question = {
  tenant,
  session_id: 's1',
  message_id: 'm1',
  user_id: 'ann',
  query: 'What do oats cost?',
  locale: 'en',
  groups: [],
  standings: ['member'],
};
const ann = 'jwt:ann';
const everyMs = 100;
const revoked: Proof = { holdsAt: async () => false, holdsNow: async () => false };

/** An answer of so many words, one every 100 ms; each counts before it is said. `produced` is how far it came. */
function scripted(words: number, end: 'done' | 'throws' | 'silent' | 'error' = 'done') {
  const seen = { produced: 0, stopped: false };
  async function* run(admitted: Promise<boolean>, signal: AbortSignal): AsyncGenerator<OrchestratorEvent> {
    if (!(await admitted)) return;
    signal.addEventListener('abort', () => {
      seen.stopped = true;
    });
    const usage = () => ({ prompt_tokens: 10, completion_tokens: seen.produced });
    for (let n = 0; n < words; n += 1) {
      await new Promise<void>((resolve, reject) => {
        setTimeout(resolve, everyMs);
        signal.addEventListener('abort', () => reject(signal.reason));
      });
      seen.produced += 1;
      yield { event: 'spent', data: usage() };
      yield { event: 'token', data: { text: 'oats ' } };
    }
    if (end === 'throws') throw new Error('gone');
    if (end === 'silent') return;
    if (end === 'error') {
      yield {
        event: 'error',
        data: { type: 'urn:atrium:problem:unavailable', title: '', status: 503, detail: '' },
      };
      return;
    }
    yield { event: 'usage', data: usage() };
    yield { event: 'done', data: { message_id: 'm1', finish_reason: 'stop', degraded: false } };
  }
  return { seen, run };
}

const budgets = { tokens_per_minute: 100_000, cost_usd_per_day: 1, max_concurrent: 1 };

function setUp(answer = scripted(3), first: object = budgets, then: object = first) {
  const versions = { held: 1 };
  const memory = createMemoryAdmission({
    epochsOf: () => ({ configVersion: versions.held, authEpoch: 0 }),
  });
  const cancellations = createMemoryCancellations();
  const settled: Used[] = [];
  const told: RequestFacts[] = [];
  const logged: unknown[] = [];
  const failing = { settle: undefined as undefined | (() => Promise<'settled'>), reload: false };
  const configOf = (config: object) => tenantConfigSchema.parse({ tenant_id: 't1', ...config });
  const ask = (more: { proof?: Proof; signal?: AbortSignal; query?: string; id?: string } = {}) =>
    openChat(
      {
        configs: {
          get: async () => ({ config: configOf(first), version: 1 }),
          reload: async () => {
            if (failing.reload) throw new Error('away');
            return { config: configOf(then), version: versions.held };
          },
        },
        admission: memory,
        settlement: {
          async settle(...asked) {
            settled.push(asked[2]);
            return failing.settle ? failing.settle() : memory.settle(...asked);
          },
        },
        cancellations,
        keepQuery: async () => {},
        orchestrator: { run: (_tenant, _request, admitted, signal) => answer.run(admitted, signal) },
        price: { promptUsdPerMillion: 1, completionUsdPerMillion: 2 },
        engineContextTokens: 1_000,
        log: (...line) => logged.push(line),
        tell: (facts) => told.push(facts),
        now: Date.now,
      },
      {
        question: { ...question, message_id: more.id ?? 'm1', query: more.query ?? question.query },
        asker: ann,
        proof: more.proof ?? nothingToRevoke,
        signal: more.signal ?? new AbortController().signal,
      },
    );
  const open = () => memory.open(tenant);
  return { versions, memory, cancellations, settled, told, logged, failing, ask, open };
}

/** Reads all of it, telling what was open when each event came. */
async function read(events: AsyncIterable<ChatEvent>, stand: ReturnType<typeof setUp>) {
  const all: { event: ChatEvent; open: number }[] = [];
  for await (const event of events) all.push({ event, open: (await stand.open()).length });
  return all;
}
const namesOf = (all: Awaited<ReturnType<typeof read>>) => all.map(({ event }) => event.event);

const usedFor = (completionTokens: number): Used => ({
  promptTokens: 10,
  completionTokens,
  costMicroUsd: 10 + 2 * completionTokens,
});
const nothing: Used = { promptTokens: 0, completionTokens: 0, costMicroUsd: 0 };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: 1_790_000_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('what was reserved is settled once, with what was produced', () => {
  it('when the answer is complete, before its end is told', async () => {
    const stand = setUp();
    const reading = read((await stand.ask()).events, stand);
    expect(await stand.open()).toMatchObject([{ id: 'm1', tokens: 1_000, costMicroUsd: 2_000 }]);
    await vi.advanceTimersByTimeAsync(1_000);
    const all = await reading;
    expect(namesOf(all)).toEqual(['start', 'token', 'token', 'token', 'usage', 'done']);
    expect(all.at(-2)?.event.data).toMatchObject({ remaining: { tokens: 99_000 }, decided_by: 'admitted' });
    expect(all.at(-1)?.open).toBe(0);
    expect(stand.settled).toEqual([usedFor(3)]);
  });

  it.each(['throws', 'silent', 'error'] as const)('when it breaks off: %s', async (end) => {
    const stand = setUp(scripted(2, end));
    const reading = read((await stand.ask()).events, stand);
    await vi.advanceTimersByTimeAsync(1_000);
    const all = await reading;
    expect(namesOf(all)).toEqual(['start', 'token', 'token', 'error']);
    expect(all.at(-1)?.open).toBe(0);
    expect(stand.settled).toEqual([usedFor(2)]);
    expect(stand.told).toMatchObject([{ completionTokens: 2, promptTokens: 10, status: 503 }]);
  });

  it('when its reader leaves, and the work ends', async () => {
    const answer = scripted(50);
    const stand = setUp(answer);
    const gone = new AbortController();
    const reading = read((await stand.ask({ signal: gone.signal })).events, stand);
    await vi.advanceTimersByTimeAsync(550);
    gone.abort();
    expect(namesOf(await reading)).not.toContain('done');
    expect(answer.seen).toEqual({ produced: 5, stopped: true });
    expect(stand.settled).toEqual([usedFor(5)]);
    expect(stand.told).toMatchObject([{ decidedBy: 'cancelled', completionTokens: 5, status: 200 }]);
  });

  it('when its reader stops in the middle of it, though it had read little of what was produced', async () => {
    const answer = scripted(50);
    const stand = setUp(answer);
    const events = (await stand.ask()).events[Symbol.asyncIterator]();
    await events.next();
    void events.next();
    await vi.advanceTimersByTimeAsync(750);
    await events.return?.();
    expect(answer.seen).toEqual({ produced: 7, stopped: true });
    expect(stand.settled).toEqual([usedFor(7)]);
  });

  it('when its reader reads nothing more, as soon as the work is over', async () => {
    const stand = setUp();
    const events = (await stand.ask()).events[Symbol.asyncIterator]();
    await events.next();
    void events.next();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(stand.settled).toEqual([usedFor(3)]);
    expect(await stand.open()).toEqual([]);
    await events.return?.();
    expect(stand.settled).toHaveLength(1);
  });

  it('when its time is over', async () => {
    const stand = setUp(scripted(50));
    const late = new AbortController();
    const reading = read((await stand.ask({ signal: late.signal })).events, stand);
    await vi.advanceTimersByTimeAsync(450);
    late.abort(new DOMException('too late', 'TimeoutError'));
    expect(namesOf(await reading)).toEqual(['start', 'token', 'token', 'token', 'token', 'error']);
    expect(stand.settled).toEqual([usedFor(4)]);
  });

  it('when the question is refused: with nothing', async () => {
    const stand = setUp(scripted(3), { ...budgets, sensitive_prompt_patterns: ['password'] });
    const all = await read((await stand.ask({ query: 'the password' })).events, stand);
    expect(namesOf(all)).toEqual(['start', 'refusal', 'usage', 'done']);
    expect(stand.settled).toEqual([nothing]);
    expect(await stand.open()).toEqual([]);
  });

  it('when the credential was revoked, or that cannot be told: with nothing', async () => {
    const stand = setUp();
    await expect(stand.ask({ proof: revoked })).rejects.toMatchObject({ code: 'unauthenticated' });
    const away: Proof = { ...revoked, holdsAt: () => Promise.reject(new Error('away')) };
    await expect(stand.ask({ proof: away })).rejects.toMatchObject({ code: 'unavailable' });
    expect(stand.settled).toEqual([nothing, nothing]);
    expect(await stand.open()).toEqual([]);
  });

  it('and not at all when a newer configuration cannot be read: nothing was reserved', async () => {
    const stand = setUp();
    stand.versions.held = 2;
    stand.failing.reload = true;
    await expect(stand.ask()).rejects.toMatchObject({ code: 'unavailable' });
    expect(stand.settled).toEqual([]);
    expect(await stand.open()).toEqual([]);
  });

  it.each([
    ['keeps the budgets', budgets, budgets, 1],
    ['takes the budgets away', budgets, {}, 0],
    ['brings the first budgets', {}, budgets, 1],
  ])('when a newer configuration %s', async (_what, first, then, reserved) => {
    const stand = setUp(scripted(3), first, then);
    stand.versions.held = 2;
    const reading = read((await stand.ask()).events, stand);
    expect(await stand.open()).toHaveLength(reserved);
    await vi.advanceTimersByTimeAsync(1_000);
    await reading;
    expect(stand.settled).toEqual(Array(reserved).fill(usedFor(3)));
    expect(await stand.open()).toEqual([]);
  });

  it('and not at all where there are no budgets', async () => {
    const stand = setUp(scripted(3), {});
    const reading = read((await stand.ask()).events, stand);
    await vi.advanceTimersByTimeAsync(1_000);
    const all = await reading;
    expect(all.at(-2)?.event.data).toMatchObject({ remaining: { minute: 59, hour: 999 } });
    expect(all.at(-2)?.event.data).not.toHaveProperty('remaining.tokens');
    expect(stand.settled).toEqual([]);
  });
});

it('the end is told only when that is done', async () => {
  const stand = setUp();
  stand.failing.settle = () => new Promise((resolve) => setTimeout(resolve, 1_000, 'settled'));
  const names: string[] = [];
  const reading = (async () => {
    for await (const { event } of (await stand.ask()).events) names.push(event);
  })();
  await vi.advanceTimersByTimeAsync(1_200);
  expect(names).toEqual(['start', 'token', 'token', 'token', 'usage']);
  await vi.advanceTimersByTimeAsync(200);
  expect(names.at(-1)).toBe('done');
  await reading;
});

describe('a settlement that does not succeed', () => {
  it.each([
    ['fails', () => Promise.reject(new Error('no table')), 300],
    ['takes too long', () => new Promise<never>(() => {}), 5_300],
  ])('is told to the log alone: it %s', async (_what, settle, endsByMs) => {
    const stand = setUp();
    stand.failing.settle = settle;
    const reading = read((await stand.ask()).events, stand);
    await vi.advanceTimersByTimeAsync(endsByMs);
    expect(namesOf(await reading)).toEqual(['start', 'token', 'token', 'token', 'usage', 'done']);
    expect(stand.logged).toHaveLength(1);
    expect(stand.settled).toHaveLength(1);
  });
});

describe('who asked can end the answer', () => {
  it('within two seconds, and it is charged for what was produced', async () => {
    const answer = scripted(500);
    const stand = setUp(answer);
    const reading = read((await stand.ask()).events, stand);
    await vi.advanceTimersByTimeAsync(2_550);
    await stand.cancellations.ask(tenant, 'm1', ann, Date.now());
    await vi.advanceTimersByTimeAsync(2_000);
    const all = await reading;
    // It was looked at 4 s: a word may be said in the same moment.
    expect(answer.seen.stopped).toBe(true);
    expect([39, 40]).toContain(answer.seen.produced);
    expect(namesOf(all).slice(-3)).toEqual(['token', 'usage', 'done']);
    expect(all.at(-2)?.event.data).toMatchObject({
      completion_tokens: answer.seen.produced,
      decided_by: 'cancelled',
    });
    expect(all.at(-1)).toMatchObject({ event: { data: { finish_reason: 'cancelled' } }, open: 0 });
    expect(stand.settled).toEqual([usedFor(answer.seen.produced)]);
    expect(stand.told).toMatchObject([{ decidedBy: 'cancelled', status: 200 }]);
  });

  it('and nobody else can, nor for another message or in another tenant', async () => {
    const answer = scripted(60);
    const stand = setUp(answer);
    const reading = read((await stand.ask()).events, stand);
    for (const asker of ['jwt:bob', 'key:ann', 'header:']) {
      await stand.cancellations.ask(tenant, 'm1', asker, Date.now());
    }
    await stand.cancellations.ask(tenant, 'm2', ann, Date.now());
    await stand.cancellations.ask(vouchForTenant('t2'), 'm1', ann, Date.now());
    await vi.advanceTimersByTimeAsync(10_000);
    expect((await reading).at(-1)?.event.data).toMatchObject({ finish_reason: 'stop' });
    expect(answer.seen).toMatchObject({ produced: 60 });
  });

  it('also when it could not be seen for a while, of which one line tells', async () => {
    const stand = setUp(scripted(500));
    const isAsked = vi.spyOn(stand.cancellations, 'isAsked').mockRejectedValue(new Error('away'));
    const reading = read((await stand.ask()).events, stand);
    await vi.advanceTimersByTimeAsync(7_000);
    isAsked.mockResolvedValue(true);
    await vi.advanceTimersByTimeAsync(2_000);
    expect((await reading).at(-1)?.event.data).toMatchObject({ finish_reason: 'cancelled' });
    expect(stand.logged).toHaveLength(1);
  });

  it('and nobody looks for a wish once the work is over', async () => {
    const stand = setUp(scripted(25));
    const isAsked = vi.spyOn(stand.cancellations, 'isAsked');
    const reading = read((await stand.ask()).events, stand);
    await vi.advanceTimersByTimeAsync(60_000);
    await reading;
    expect(isAsked).toHaveBeenCalledTimes(1);
  });
});

it.each([
  ['concurrent', { max_concurrent: 1 }, '1'],
  ['tokens', { tokens_per_minute: 1_500 }, undefined],
  ['cost', { cost_usd_per_day: 0.003 }, undefined],
])('what is over a budget is 429 and names it: %s', async (limit, config, retryAfter) => {
  const stand = setUp(scripted(3), config);
  const reading = read((await stand.ask()).events, stand);
  const denial = await stand.ask({ id: 'm2' }).catch((error: unknown) => error);
  expect(denial).toMatchObject({ code: 'rate-limited', status: 429 });
  expect(denial).toMatchObject({ errors: [{ field: `limit:${limit}` }] });
  if (retryAfter) expect(String((denial as { retryAfterS?: number }).retryAfterS)).toBe(retryAfter);
  expect(stand.told).toMatchObject([{ status: 429, decidedBy: limit }]);
  await vi.advanceTimersByTimeAsync(1_000);
  await reading;
  // What was held back and not used can be had again at once.
  await expect(stand.ask({ id: 'm3' })).resolves.toBeDefined();
});
