import { beforeEach, describe, expect, test } from 'vitest';
import { createMemoryIdempotencyStore } from '../../core/idempotency/idempotency-store.memory.ts';
import type { IdempotencyStore } from '../../core/idempotency/idempotency-store.ts';
import { DEAD_AFTER_MS, KEPT_FOR_MS } from '../../core/idempotency/schema.ts';
import { nothingToRevoke, type Proof } from '../../core/identity/proof.ts';
import { actionsOfRoles } from '../../core/identity/roles.ts';
import type { Engine } from '../../core/orchestrator/engine.ts';
import type { ChatEvent } from '../../core/orchestrator/schema.ts';
import { type TenantId, vouchForTenant } from '../../core/tenants/tenant-id.ts';
import {
  ask,
  chatStand,
  deadEngine,
  deadRetriever,
  engineOf,
  json,
  t1,
} from '../../test/support/chat-stand.ts';
import { type Authenticator, createAuthenticator } from '../http/authenticate.ts';
import { createIdempotency } from '../http/idempotency.ts';
import { openOnce } from './open-once.ts';

let stand: Awaited<ReturnType<typeof chatStand>>;
beforeEach(async () => {
  stand = await chatStand();
});
const question = { query: 'Which oats are cheaper?' };
const keyed = (key = 'k-1', more: Record<string, string> = {}) => ({ 'idempotency-key': key, ...more });
/** How many permits a minute are left, of three. */
const left = async (app: ReturnType<typeof stand.chatApp>) => {
  const response = await ask(app, { query: 'hack' });
  await response.text();
  return Number(/"minute";r=(\d)/.exec(response.headers.get('ratelimit') ?? '')?.[1]) + 1;
};
const dataOf = (text: string, event: string): string[] =>
  text
    .split('\n\n')
    .filter((frame) => frame.startsWith(`event: ${event}\n`))
    .map((frame) => frame.slice(frame.indexOf('data: ') + 6));

describe.each([false, true])('over the network: %s', (overNetwork) => {
  test('an answer comes again in either form, from one run, for one permit', async () => {
    let runs = 0;
    const engine: Engine = {
      async *stream(...args) {
        runs++;
        yield* engineOf(['Hi', ' there', '!']).stream(...args);
      },
    };
    const app = stand.chatApp({ overNetwork, engine, answerMode: 'generative' });
    const first = await ask(app, question, keyed());
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    const text = await first.text();
    const again = await ask(app, question, keyed());
    expect(again.headers.get('content-type')).toContain('text/event-stream');
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.headers.get('x-message-id')).toBe(first.headers.get('x-message-id'));
    expect(again.headers.get('ratelimit')).toBeNull();
    const replayed = await again.text();
    for (const event of ['start', 'route', 'retrieval', 'citation', 'usage', 'done']) {
      expect(dataOf(replayed, event)).toEqual(dataOf(text, event));
    }
    const said = (of: string) =>
      dataOf(of, 'token')
        .map((data) => JSON.parse(data).text)
        .join('');
    expect(said(replayed)).toBe(said(text));
    expect(said(text)).toContain('Hi there!');

    const object = await ask(app, question, keyed('k-1', json));
    expect(object.headers.get('idempotency-replayed')).toBe('true');
    expect(object.headers.get('vary')).toContain('Accept');
    expect(await object.json()).toMatchObject({
      message_id: first.headers.get('x-message-id'),
      answer: said(text),
      finish_reason: 'stop',
    });
    expect([runs, await left(app), stand.told.length]).toEqual([1, 2, 2]);
  });
});

test('an answer in one piece comes again as a stream; a refusal is an answer too', async () => {
  const app = stand.chatApp();
  const first = await ask(app, { query: 'hack it' }, keyed('r', json));
  const { message_id } = (await first.json()) as { message_id: string };
  const again = await (await ask(app, { query: 'hack it' }, keyed('r'))).text();
  expect(dataOf(again, 'done')).toEqual([
    JSON.stringify({ message_id, finish_reason: 'refusal', degraded: false }),
  ]);
});

test('the same question in other words of JSON is the same request, another one is not', async () => {
  const app = stand.chatApp();
  await (await ask(app, { ...question, locale: 'en-GB' }, keyed())).text();
  const same = await ask(app, `{ "locale":"en-GB",  "query": ${JSON.stringify(question.query)} }`, keyed());
  expect(same.headers.get('idempotency-replayed')).toBe('true');
  const other = await ask(app, question, keyed());
  expect(other.status).toBe(422);
  expect(other.headers.get('content-type')).toContain('application/problem+json');
  expect(await other.json()).toMatchObject({
    type: 'urn:atrium:problem:idempotency-mismatch',
    errors: [{ field: 'header:idempotency-key' }],
  });
  expect(await left(app)).toBe(2);
});

test.each(['', 'a b', 'a,b', 'x'.repeat(201)])('the key %j is a 400, and costs nothing', async (key) => {
  const app = stand.chatApp();
  const response = await ask(app, question, keyed(key));
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    type: 'urn:atrium:problem:bad-request',
    errors: [{ field: 'header:idempotency-key' }],
  });
  expect(await left(app)).toBe(3);
});

test('of two at once one is answered, and the other is a 409 that takes no permit', async () => {
  const app = stand.chatApp({ engine: engineOf(['a', 'b'], 30), answerMode: 'generative' });
  const both = await Promise.all([ask(app, question, keyed()), ask(app, question, keyed())]);
  expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  const [running] = both.filter(({ status }) => status === 409);
  expect(running?.headers.get('retry-after')).toBe('1');
  expect(await running?.json()).toMatchObject({ type: 'urn:atrium:problem:idempotency-running' });
  // While its stream is open, too.
  expect((await ask(app, question, keyed())).status).toBe(409);
  await both.find(({ status }) => status === 200)?.text();
  expect((await ask(app, question, keyed())).headers.get('idempotency-replayed')).toBe('true');
  expect(await left(app)).toBe(2);
});

test('whoever has read `done` can have the answer again, without waiting for the stream to close', async () => {
  const app = stand.chatApp();
  const reader = (await ask(app, question, keyed())).body?.getReader();
  const decoder = new TextDecoder();
  for (let text = ''; !text.includes('event: done'); ) {
    const piece = await reader?.read();
    if (!piece?.value) throw new Error(`the stream ended with ${text}`);
    text += decoder.decode(piece.value);
  }
  expect((await ask(app, question, keyed())).headers.get('idempotency-replayed')).toBe('true');
  await reader?.cancel();
  expect((await ask(app, question, keyed())).headers.get('idempotency-replayed')).toBe('true');
});

describe('the key is free again after', () => {
  test('an answer that broke off, in either form', async () => {
    const dead = stand.chatApp({
      engine: deadEngine,
      retriever: deadRetriever,
      answerMode: 'generative',
    });
    expect(await (await ask(dead, question, keyed())).text()).toContain('event: error');
    expect((await ask(dead, question, keyed('k-1', json))).status).toBe(503);
    expect((await ask(stand.chatApp(), question, keyed())).status).toBe(200);
  });

  test('a client that left', async () => {
    const app = stand.chatApp({ engine: engineOf(['a', 'b', 'c'], 20), answerMode: 'generative' });
    const reader = (await ask(app, question, keyed())).body?.getReader();
    await reader?.read();
    await reader?.cancel();
    const again = await ask(app, question, keyed());
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([200, null]);
    await again.text();
  });

  test('an answer that was cancelled, though it ends with `done`', async () => {
    const idempotency = createIdempotency({ store: createMemoryIdempotencyStore() });
    const deps = { idempotency, configs: { get: (tenant: TenantId) => stand.store.get(tenant) } };
    const caller = await createAuthenticator({ modes: ['header'] })({
      headers: new Headers({ 'x-tenant-id': 't1' }),
      address: undefined,
    });
    const open = async (finish_reason: 'cancelled' | 'stop') => {
      async function* events(): AsyncGenerator<ChatEvent> {
        yield { event: 'done', data: { message_id: 'msg_1', finish_reason, degraded: false } };
      }
      const opened = await openOnce(deps, { key: 'k', caller, body: question }, async () => ({
        headers: {},
        events: events(),
      }));
      for await (const _event of opened.events);
      return opened.headers;
    };
    expect(await open('cancelled')).toEqual({});
    expect(await open('stop')).toEqual({});
    expect(await open('stop')).toMatchObject({ 'idempotency-replayed': 'true' });
  });

  test('a 429', async () => {
    const app = stand.chatApp();
    for (let n = 0; n < 3; n++) await (await ask(app, question)).text();
    expect((await ask(app, question, keyed())).status).toBe(429);
    expect((await ask(app, question, keyed())).status).toBe(429);
  });

  test('a process that died, once it is certain, and the key is kept for a day', async () => {
    let nowMs = 1_790_000_000_000;
    const dying = { ...createMemoryIdempotencyStore() };
    const dead: IdempotencyStore = { ...dying, finish: async () => 'kept', release: async () => {} };
    await (await ask(stand.chatApp({ idempotencyStore: dead, now: () => nowMs }), question, keyed())).text();
    const app = stand.chatApp({ idempotencyStore: dying, now: () => nowMs });
    nowMs += DEAD_AFTER_MS - 1;
    expect((await ask(app, question, keyed())).status).toBe(409);
    nowMs += 1;
    const taken = await ask(app, question, keyed());
    expect([taken.status, taken.headers.get('idempotency-replayed')]).toEqual([200, null]);
    await taken.text();
    nowMs += KEPT_FOR_MS - 1;
    expect((await ask(app, question, keyed())).headers.get('idempotency-replayed')).toBe('true');
    nowMs += 1;
    const anew = await ask(app, question, keyed());
    expect([anew.status, anew.headers.get('idempotency-replayed')]).toEqual([200, null]);
    await anew.text();
  });
});

describe('who asks', () => {
  const callerOf = (subject: string, groups: readonly string[], proof: Proof): Authenticator => {
    const caller = {
      tenant: t1,
      mode: 'jwt',
      subject,
      roles: ['member'],
      scopes: [],
      groups,
      proof,
    } as const;
    return async () => ({ ...caller, actions: actionsOfRoles(caller.roles) });
  };
  const appOf = (subject: string, groups: readonly string[] = [], proof: Proof = nothingToRevoke) =>
    stand.chatApp({ authenticator: callerOf(subject, groups, proof) });

  test('is who gets the answer again: nobody else of the tenant, nor with other groups, nor once revoked', async () => {
    const first = await ask(appOf('ada', ['staff']), question, keyed());
    await first.text();
    const others = await ask(appOf('bob', ['staff']), question, keyed());
    expect([others.status, others.headers.get('idempotency-replayed')]).toEqual([200, null]);
    expect(others.headers.get('x-message-id')).not.toBe(first.headers.get('x-message-id'));
    await others.text();
    expect((await ask(appOf('ada', []), question, keyed())).status).toBe(422);
    const revoked = { holdsAt: async () => false, holdsNow: async () => false };
    expect((await ask(appOf('ada', ['staff'], revoked), question, keyed())).status).toBe(401);
    expect((await ask(appOf('ada', ['staff']), question, keyed())).headers.get('idempotency-replayed')).toBe(
      'true',
    );
  });

  test('with a credential that was revoked leaves no claim', async () => {
    const revoked = { holdsAt: async () => false, holdsNow: async () => false };
    expect((await ask(appOf('ada', [], revoked), question, keyed())).status).toBe(401);
    expect((await ask(appOf('ada'), question, keyed())).status).toBe(200);
  });

  test('for a tenant that there is not claims nothing', async () => {
    const claimed: unknown[] = [];
    const store = createMemoryIdempotencyStore();
    const idempotencyStore: IdempotencyStore = {
      ...store,
      claim: (...args) => {
        claimed.push(args);
        return store.claim(...args);
      },
    };
    const app = stand.chatApp({ idempotencyStore });
    const nobody = await ask(app, question, keyed('k', { 'x-tenant-id': 'nobody' }));
    expect([nobody.status, claimed.length]).toEqual([404, 0]);
  });

  test('in another tenant gets nothing of this one', async () => {
    const t2 = vouchForTenant('t2');
    const config = await stand.store.get(t1);
    if (!config) throw new Error('no tenant');
    await stand.store.put(t2, { ...config.config, tenant_id: 't2' }, true);
    const app = stand.chatApp();
    await (await ask(app, question, keyed())).text();
    const other = await ask(app, question, keyed('k-1', { 'x-tenant-id': 't2' }));
    expect([other.status, other.headers.get('idempotency-replayed')]).toEqual([200, null]);
    expect(await other.text()).toContain('"tenant_id":"t2"');
  });
});

test('without a key nothing of it is read or written', async () => {
  const idempotencyStore = new Proxy({} as IdempotencyStore, {
    get: (_store, name) => () => expect.unreachable(String(name)),
  });
  const app = stand.chatApp({ idempotencyStore });
  expect((await ask(app, question)).status).toBe(200);
});
