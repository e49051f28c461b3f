import { describe, expect, it } from 'vitest';
import { createMemoryIdempotencyStore } from '../../core/idempotency/idempotency-store.memory.ts';
import type { IdempotencyStore } from '../../core/idempotency/idempotency-store.ts';
import { MAX_ANSWER_BYTES } from '../../core/idempotency/schema.ts';
import { nothingToRevoke } from '../../core/identity/proof.ts';
import { Problem } from '../../core/problems/problem.ts';
import { vouchForTenant } from '../../core/tenants/tenant-id.ts';
import type { Caller } from './caller.ts';
import { answerOnce, createIdempotency, idempotencyKeyOf, type KeyedAsking } from './idempotency.ts';

const ada: Caller = {
  tenant: vouchForTenant('t1'),
  mode: 'jwt',
  subject: 'ada',
  roles: ['member', 'editor'],
  actions: [],
  scopes: [],
  groups: ['a', 'b'],
  proof: nothingToRevoke,
};
const asked: KeyedAsking = { key: 'k', route: 'POST /x', caller: ada, request: { a: 1 } };
const as = (caller: Partial<Caller>): KeyedAsking => ({ ...asked, caller: { ...ada, ...caller } });
const answer = { status: 202, headers: { location: '/x/1' }, body: { id: 1 } };

function setUp(store: IdempotencyStore = createMemoryIdempotencyStore()) {
  const logged: unknown[][] = [];
  const idempotency = createIdempotency({ store, log: (...line) => logged.push(line) });
  const codeOf = (asking: KeyedAsking) =>
    idempotency.begin(asking).then(
      ({ replay }) => (replay ? 'replay' : 'run'),
      (error: unknown) => (error instanceof Problem ? error.code : 'no problem'),
    );
  /** Begins, and keeps an answer. */
  const answered = async (asking = asked) => {
    const turn = await idempotency.begin(asking);
    if (turn.replay) throw new Error('it was answered before');
    await turn.keep(answer);
  };
  return { idempotency, codeOf, answered, logged };
}

describe('a key', () => {
  it.each(['x', 'x'.repeat(200), '!~"\'#/:=+-', '"8e03978e-40d5-43dd-bc93-6894a57f9324"'])(
    '%j is one',
    (key) => {
      expect(idempotencyKeyOf(key)).toBe(key);
    },
  );

  it.each(['', ' ', 'a b', 'a,b', 'a, b', 'x'.repeat(201), 'é', 'a\tb', 'a\u007f'])('%j is none', (key) => {
    expect(() => idempotencyKeyOf(key)).toThrow(
      expect.objectContaining({
        code: 'bad-request',
        errors: [expect.objectContaining({ field: 'header:idempotency-key' })],
      }),
    );
  });

  it('that does not come is none, and asks nobody', async () => {
    const { idempotency } = setUp(new Proxy({} as IdempotencyStore, { get: () => expect.unreachable() }));
    expect(idempotencyKeyOf(undefined)).toBeUndefined();
    const response = new Response('not JSON');
    expect(await answerOnce(idempotency, { ...asked, key: undefined }, async () => response)).toBe(response);
  });
});

describe('an answer that is kept', () => {
  it('is given again to the same caller for the same request, whatever the order of its groups and roles', async () => {
    const { idempotency, answered } = setUp();
    await answered();
    expect(await idempotency.begin(asked)).toEqual({ replay: answer });
    expect(await idempotency.begin(as({ groups: ['b', 'a'], roles: ['editor', 'member'] }))).toEqual({
      replay: answer,
    });
  });

  it.each<[string, KeyedAsking]>([
    ['another tenant', as({ tenant: vouchForTenant('t2') })],
    ['another subject', as({ subject: 'bob' })],
    ['an API key of the same name', as({ mode: 'key' })],
    ['a caller without a subject', as({ subject: undefined as unknown as string })],
    ['another route', { ...asked, route: 'POST /y' }],
    ['another key', { ...asked, key: 'l' }],
    // What is hashed together must not flow together.
    ['a subject and a key that make the same text', { ...as({ subject: 'ad' }), key: 'ak' }],
  ])('is unknown to %s', async (_name, other) => {
    const { codeOf, answered } = setUp();
    await answered();
    expect(await codeOf(other)).toBe('run');
  });

  it.each<[string, KeyedAsking]>([
    ['another request', { ...asked, request: { a: 2 } }],
    ['fewer groups', as({ groups: ['a'] })],
    ['more groups', as({ groups: ['a', 'b', 'c'] })],
    ['other roles', as({ roles: ['member'] })],
  ])('is not for %s: the key is of another request', async (_name, other) => {
    const { codeOf, answered } = setUp();
    await answered();
    expect(await codeOf(other)).toBe('idempotency-mismatch');
    expect(await codeOf(asked)).toBe('replay');
  });

  it('is told to nobody whose credential was taken back, nor that there is one', async () => {
    const { codeOf, answered, idempotency } = setUp();
    await answered();
    const revoked = { ...nothingToRevoke, holdsNow: async () => false };
    const unsure = { ...nothingToRevoke, holdsNow: () => Promise.reject(new Error('away')) };
    for (const request of [asked.request, 'another']) {
      expect(await codeOf({ ...as({ proof: revoked }), request })).toBe('unauthenticated');
      expect(await codeOf({ ...as({ proof: unsure }), request })).toBe('unavailable');
    }
    await idempotency.begin({ ...asked, key: 'running' });
    expect(await codeOf({ ...as({ proof: revoked }), key: 'running' })).toBe('unauthenticated');
  });

  it('is as large as it may be, and one that is larger is a conflict and not run again', async () => {
    const { idempotency, codeOf } = setUp();
    const room = MAX_ANSWER_BYTES - JSON.stringify({ status: 200, headers: {}, body: '' }).length;
    // Two bytes each: it is bytes that count.
    for (const [key, size] of [
      ['fits', room / 2],
      ['large', room / 2 + 1],
    ] as const) {
      const turn = await idempotency.begin({ ...asked, key });
      if (turn.replay) throw new Error('it was answered before');
      await turn.keep({ status: 200, headers: {}, body: 'é'.repeat(size) });
    }
    expect(await codeOf({ ...asked, key: 'fits' })).toBe('replay');
    expect(await codeOf({ ...asked, key: 'large' })).toBe('conflict');
  });
});

it('of two at once one runs, and the other is told when to try again', async () => {
  const { idempotency } = setUp();
  const both = await Promise.allSettled([idempotency.begin(asked), idempotency.begin(asked)]);
  expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  expect(both[1]).toMatchObject({ reason: { code: 'idempotency-running', status: 409, retryAfterS: 1 } });
});

describe('a store that does not answer', () => {
  const away = () => Promise.reject(new Error('away'));

  it('at the beginning: nothing is run', async () => {
    const { codeOf } = setUp({ ...createMemoryIdempotencyStore(), claim: away });
    expect(await codeOf(asked)).toBe('unavailable');
  });

  it('at the end: the answer is given all the same, and the log says that it is not kept', async () => {
    const { idempotency, logged } = setUp({ ...createMemoryIdempotencyStore(), finish: away, release: away });
    const response = await answerOnce(idempotency, asked, async () => Response.json({ id: 1 }));
    expect(await response.json()).toEqual({ id: 1 });
    await expect(
      answerOnce(idempotency, { ...asked, key: 'l' }, () => Promise.reject(new Error('mine'))),
    ).rejects.toThrow('mine');
    expect(logged.map(([what]) => what)).toEqual([
      'an answer was not kept for its key',
      'a key was not released',
    ]);
  });
});

describe('an answer in one piece', () => {
  it('is run once, and comes again with its status, its headers and a mark', async () => {
    const { idempotency } = setUp();
    let runs = 0;
    const once = () =>
      answerOnce(idempotency, asked, async () => {
        runs++;
        return Response.json({ id: runs }, { status: 202, headers: { location: '/x/1', 'x-other': 'y' } });
      });
    const [first, second] = [await once(), await once()];
    expect([first.headers.get('idempotency-replayed'), second.headers.get('idempotency-replayed')]).toEqual([
      null,
      'true',
    ]);
    for (const each of [first, second]) {
      expect([each.status, each.headers.get('location'), await each.json()]).toEqual([
        202,
        '/x/1',
        { id: 1 },
      ]);
    }
    expect(second.headers.get('x-other')).toBeNull();
    expect(runs).toBe(1);
  });

  it('that is a failure lets go of the key, thrown or not', async () => {
    const { idempotency } = setUp();
    const fail = () => Promise.reject(new Problem('conflict', 'no'));
    await expect(answerOnce(idempotency, asked, fail)).rejects.toThrow('no');
    const failed = await answerOnce(idempotency, asked, async () => Response.json({}, { status: 503 }));
    expect(failed.status).toBe(503);
    // Also for another request: nothing has come of the first.
    const other = await answerOnce(idempotency, { ...asked, request: 2 }, async () =>
      Response.json({ ok: 1 }),
    );
    expect(await other.json()).toEqual({ ok: 1 });
  });
});
