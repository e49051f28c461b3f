import { describe, expect, it, vi } from 'vitest';
import { compileScreen, type Screen } from '../../core/guardrails/screen.ts';
import { actionsOfScopes } from '../../core/identity/keys/scopes.ts';
import { nothingToRevoke } from '../../core/identity/proof.ts';
import { actionsOfRoles, type Role } from '../../core/identity/roles.ts';
import { createMemoryRecentQueries } from '../../core/queries/recent-queries.memory.ts';
import { createMemoryConfigStore } from '../../core/tenants/config-store.memory.ts';
import { tenantConfigSchema } from '../../core/tenants/schema.ts';
import { vouchForTenant } from '../../core/tenants/tenant-id.ts';
import { createApp } from '../http/app.ts';
import { authenticate } from '../http/authenticate.ts';
import { type PreviewDeps, previewRoutes } from './preview.ts';
import { tenantConfigRoutes } from './tenant-config.ts';

const [t1, t2] = [vouchForTenant('t1'), vouchForTenant('t2')];
const NOW = Date.parse('2026-01-31T12:00:00.500Z');
const hourMs = 3_600_000;
const hack = { type: 'contains', pattern: 'hack', reason: 'Security violation' } as const;
const steal = { type: 'contains', pattern: 'steal', reason: 'No stealing' } as const;

/** Tenant t1 refuses `hack` and keeps questions for a day; t2 says nothing of its own, and t3 is not there. */
function setUp(parts: Partial<PreviewDeps> & { role?: Role; key?: boolean; keep?: number } = {}) {
  const configs = createMemoryConfigStore();
  const put = (tenant: typeof t1, more: object) =>
    configs.put(tenant, tenantConfigSchema.parse({ tenant_id: tenant, ...more }), true);
  void put(t1, { refusal_rules: [hack], keep_queries_hours: parts.keep ?? 24 });
  void put(t2, { keep_queries_hours: 24 });
  const queries = createMemoryRecentQueries();
  const app = createApp({ log: () => undefined });
  const { role = 'owner' } = parts;
  app.use(
    '/tenant/:tenant_id/*',
    authenticate(async ({ headers }) => ({
      tenant: vouchForTenant(headers.get('x-tenant-id') ?? ''),
      ...(parts.key
        ? { mode: 'key' as const, roles: [], actions: actionsOfScopes(['config']), scopes: ['config'] }
        : { mode: 'jwt' as const, roles: [role], actions: actionsOfRoles([role]), scopes: [] }),
      groups: [],
      proof: nothingToRevoke,
    })),
  );
  const deps = { configs, queries, compileScreen, now: () => NOW, ...parts };
  app.route('/tenant/:tenant_id/config/preview', previewRoutes(deps));
  const post = async (body: unknown, as = 't1') => {
    const response = await app.request(`/tenant/${as}/config/preview`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-tenant-id': as },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: response.status, json: JSON.parse(await response.text()), headers: response.headers };
  };
  let messages = 0;
  const asked = (query: string, more: { tenant?: typeof t1; agoMs?: number; route?: string } = {}) =>
    queries.keep(
      more.tenant ?? t1,
      {
        atMs: NOW - (more.agoMs ?? 1_000),
        messageId: `msg_${++messages}`,
        query,
        route: more.route ?? 'GENERAL',
        decidedBy: 'admitted',
      },
      168,
    );
  return { configs, queries, post, asked, put };
}
const config = (more: object = {}, tenant_id = 't1') => ({ tenant_id, ...more });
const owner = {
  mode: 'jwt',
  roles: ['owner'],
  actions: actionsOfRoles(['owner']),
  scopes: [],
  groups: [],
  proof: nothingToRevoke,
} as const;
const lastHour = new Date(NOW - hourMs).toISOString();

describe('a preview on questions that are sent along', () => {
  it('says of each what becomes of it now and then, and which rule it is', async () => {
    const { post } = setUp();
    const { status, json } = await post({
      config: config({
        refusal_rules: [steal],
        sensitive_prompt_patterns: [{ pattern: 'best', shadow: true }],
      }),
      queries: ['How to hack?', ' \u{1f511} to s\u200bt\u00e9al', 'What do oats cost?', 'the best steal'],
    });
    expect(status).toBe(200);
    const allowed = { refused: false };
    const stolen = { kind: 'refusal_rule', index: 0 };
    const stopped = { refused: true, reason: 'No stealing', rule: stolen };
    expect(json).toEqual({
      compared_with: 1,
      queries: [
        {
          query: 'How to hack?',
          before: { refused: true, reason: 'Security violation', rule: stolen },
          after: allowed,
          change: 'newly_allowed',
          matches: [],
        },
        {
          // As it is screened; places are in code points of that.
          query: '\u{1f511} to st\u00e9al',
          before: allowed,
          after: stopped,
          change: 'newly_refused',
          matches: [{ rule: stolen, shadow: false, start: 5, end: 10, text: 'st\u00e9al' }],
        },
        { query: 'What do oats cost?', before: allowed, after: allowed, change: 'same', matches: [] },
        {
          query: 'the best steal',
          before: allowed,
          after: stopped,
          change: 'newly_refused',
          matches: [
            { rule: stolen, shadow: false, start: 9, end: 14, text: 'steal' },
            {
              rule: { kind: 'sensitive_prompt', index: 0 },
              shadow: true,
              start: 4,
              end: 8,
              text: 'best',
            },
          ],
        },
      ],
      queries_left_out: 0,
    });
  });

  it('is compared with what is stored now, and nothing is written', async () => {
    const { configs, queries, post, put } = setUp();
    const before = await configs.get(t1);
    const keep = vi.spyOn(queries, 'keep');
    await post({ config: config(), queries: ['hack'], since: lastHour });
    expect(await configs.get(t1)).toEqual(before);
    expect(keep).not.toHaveBeenCalled();
    await put(t1, {});
    const { json } = await post({ config: config(), queries: ['hack'] });
    expect([json.compared_with, json.queries[0].change]).toEqual([2, 'same']);
  });

  it('needs none: then it only says whether the configuration could be written', async () => {
    const { post } = setUp();
    expect((await post({ config: config() })).json).toEqual({
      compared_with: 1,
      queries: [],
      queries_left_out: 0,
    });
    const wrong = await post({ config: config({ refusal_rules: [{ ...hack, type: 'glob' }] }) });
    expect([wrong.status, wrong.json.errors[0].field]).toEqual([422, '/config/refusal_rules/0/type']);
  });

  it('is refused with what may not be written, with the same words', async () => {
    const { configs, post } = setUp();
    const app = createApp({ log: () => undefined });
    app.use(
      '*',
      authenticate(async () => ({ ...owner, tenant: t1 })),
    );
    app.route('/', tenantConfigRoutes({ configs, ownersCreateTenants: true }));
    for (const more of [
      { refusal_rules: [{ ...hack, type: 'regex', pattern: '(a' }] },
      {
        refusal_rules: [
          { ...hack, type: 'regex', pattern: '(?=a)b' },
          { ...hack, pattern: '\u200b' },
        ],
      },
      { route_roles: { NO_ROUTE: ['owner'] } },
      { redaction: { patterns: [{ name: 'id', pattern: 'a+' }] } },
      { keep_queries_hours: 169 },
    ]) {
      const written = await app.request('/', {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(config(more)),
      });
      const { errors } = JSON.parse(await written.text());
      const tried = await post({ config: config(more) });
      expect([written.status, tried.status, errors.length > 0]).toEqual([422, 422, true]);
      const within = ({ field, reason }: { field: string; reason: string }) => ({
        field: `/config${field}`,
        reason,
      });
      expect(tried.json.errors).toEqual(errors.map(within));
    }
  });

  it('has an answer of bounded size, whatever matches', async () => {
    const { post } = setUp();
    const rules = Array.from({ length: 200 }, (_, n) => ({ ...hack, reason: `Rule ${n}` }));
    const query = `hack ${'x'.repeat(7_990)}`;
    const { json } = await post({
      config: config({ refusal_rules: rules, sensitive_prompt_patterns: Array(200).fill('x') }),
      queries: [query],
    });
    expect(json.queries[0].matches).toHaveLength(20);
    for (const { text } of json.queries[0].matches) expect(text.length).toBeLessThanOrEqual(200);
  });

  it.each([
    [{ queries: Array(101).fill('a') }, '/queries'],
    [{ queries: ['a', ''] }, '/queries/1'],
    [{ queries: ['x'.repeat(8_001)] }, '/queries/0'],
    [{ queries: 'a' }, '/queries'],
    [{ since: '2026-01-31T11:00:00' }, '/since'],
    [{ since: '2026-01-24T11:58:59Z' }, '/since'],
    [{ since: NOW - 168 * hourMs - 60_001 }, '/since'],
    [{ since: '2026-01-31T12:01:01Z' }, '/since'],
    [{ since: 1.5 }, '/since'],
    [{ since: -1 }, '/since'],
    [{ since: null }, '/since'],
    [{ dry_run: true }, '/dry_run'],
    [{ config: undefined }, '/config'],
  ])('is refused with %j, naming %s', async (more, field) => {
    const { post } = setUp();
    const { status, json } = await post({ config: config(), ...more });
    expect(status).toBe(422);
    expect(json.errors.map((error: { field: string }) => error.field)).toEqual([field]);
  });

  it('is refused with a configuration of more bytes than one may have', async () => {
    const { post } = setUp();
    const many = Array.from({ length: 32 }, (_, n) => ({
      id: `R${n}`,
      description: 'd',
      examples: Array(32).fill('x'.repeat(300)),
    }));
    expect((await post({ config: config({ routes: many }) })).status).toBe(413);
    expect((await post(`{"config":{"tenant_id":"t1"}}${' '.repeat(1_400_000)}`)).status).toBe(413);
  });

  it('is refused for another tenant than the caller’s, and where there is no such tenant', async () => {
    const { post } = setUp();
    expect((await post({ config: config({}, 't2') })).status).toBe(403);
    expect((await post({ config: config({}, 'T 2') })).status).toBe(400);
    expect((await post({ config: config({}, 't3') }, 't3')).status).toBe(404);
  });

  it('takes no other method', async () => {
    const app = createApp();
    app.route('/', previewRoutes({ ...setUp(), compileScreen, now: Date.now }));
    expect((await app.request('/', { method: 'PUT' })).status).toBe(405);
  });
});

describe('a preview on what was asked', () => {
  it('tells what would change, by which rules, with examples, the newest first', async () => {
    const { post, asked } = setUp();
    await asked('to hack', { agoMs: 3_000, route: 'NONE' });
    await asked('to steal [email]', { agoMs: 2_000 });
    await asked('steal, hack', { agoMs: 1_500 });
    await asked('Why?', { agoMs: 1_000, route: 'PRICE_COMPARE' });
    await asked('Who?');
    const after = {
      refusal_rules: [steal, { ...steal, pattern: 'w', shadow: true }],
      allowed_routes: ['GENERAL'],
    };
    const { json } = await post({ config: config(after), since: lastHour });
    const { examples, ...traffic } = json.traffic;
    expect(traffic).toEqual({
      since: lastHour,
      kept_hours: 24,
      examined: 5,
      complete: true,
      newly_refused: 2,
      newly_allowed: 1,
      other_rule: 1,
      rules: [
        { rule: { kind: 'refusal_rule', index: 1 }, shadow: true, hits: 2 },
        { rule: { kind: 'refusal_rule', index: 0 }, shadow: false, hits: 2 },
        { rule: { kind: 'blocked_route', index: expect.any(Number) }, shadow: false, hits: 1 },
      ].sort((a, b) => b.hits - a.hits || (a.shadow ? -1 : 1)),
    });
    expect(examples.map((each: { query: string; change: string }) => [each.query, each.change])).toEqual([
      ['Why?', 'newly_refused'],
      ['steal, hack', 'other_rule'],
      ['to steal [email]', 'newly_refused'],
      ['to hack', 'newly_allowed'],
    ]);
    expect(examples[3]).toMatchObject({ at: new Date(NOW - 3_000).toISOString(), route: 'NONE' });
  });

  it('looks at the questions of the tenant alone', async () => {
    const { post, asked } = setUp();
    await asked('hack of t2', { tenant: t2 });
    await asked('hack of t1');
    const { json } = await post({ config: config(), since: lastHour });
    expect(json.traffic.examples.map(({ query }: { query: string }) => query)).toEqual(['hack of t1']);
    const other = await post({ config: config({ refusal_rules: [hack] }, 't2'), since: lastHour }, 't2');
    expect(other.json.traffic.examples.map(({ query }: { query: string }) => query)).toEqual(['hack of t2']);
  });

  it('looks back no further than asked, nor than the tenant wants questions to be kept now', async () => {
    const far = NOW - 168 * hourMs;
    const count = async (since: number | string, keep: number) => {
      const { post, asked } = setUp({ keep });
      for (const hours of [0.5, 2, 30, 100]) await asked('Why?', { agoMs: hours * hourMs });
      const { json } = await post({ config: config(), since });
      return [json.traffic.examined, json.traffic.kept_hours, json.traffic.since];
    };
    expect(await count(lastHour, 168)).toEqual([1, 168, lastHour]);
    expect(await count(far, 168)).toEqual([4, 168, new Date(far).toISOString()]);
    expect(await count(far, 24)).toEqual([2, 24, new Date(NOW - 24 * hourMs).toISOString()]);
    expect((await count(far, 0)).slice(0, 2)).toEqual([0, 0]);
  });

  it('asks for no question where the tenant keeps none', async () => {
    const since = vi.fn();
    const { post } = setUp({ keep: 0, queries: { since } });
    expect((await post({ config: config(), since: lastHour })).json.traffic).toMatchObject({
      examined: 0,
      complete: true,
    });
    expect(since).not.toHaveBeenCalled();
  });

  it('looks at the newest thousand and shows twenty of what changes', async () => {
    const { post, asked } = setUp();
    for (let n = 0; n < 1_001; n++) await asked(`hack ${n}`, { agoMs: 2_000 - n });
    const { json } = await post({ config: config(), since: lastHour });
    expect(json.traffic).toMatchObject({ examined: 1_000, complete: false, newly_allowed: 1_000 });
    expect(json.traffic.examples).toHaveLength(20);
    expect(json.traffic.examples[0].query).toBe('hack 1000');
  });

  it('is for the tenant’s owners and their keys, not for who runs the platform', async () => {
    for (const parts of [{ role: 'owner' as const }, { key: true }]) {
      expect((await setUp(parts).post({ config: config(), since: lastHour })).status).toBe(200);
    }
    const since = vi.fn();
    const operator = setUp({ role: 'operator', queries: { since } });
    const { status, json } = await operator.post({ config: config(), since: lastHour });
    expect([status, json.errors[0].field]).toEqual([403, '/since']);
    expect(since).not.toHaveBeenCalled();
    expect((await operator.post({ config: config(), queries: ['hack'] })).status).toBe(200);
    for (const role of ['editor', 'member', 'auditor'] as const) {
      expect((await setUp({ role }).post({ config: config() })).status).toBe(403);
    }
  });
});

describe('the work of a preview', () => {
  /** Takes so long for each text, without a turn of the event loop, or until it is stopped. */
  const screenOf = (busyMs: number, waits = false): Screen => {
    const work = async (signal?: AbortSignal) => {
      const endMs = performance.now() + busyMs;
      while (performance.now() < endMs);
      if (!waits) return;
      await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    };
    return {
      screen: async (_text, signal) => {
        await work(signal);
        return { refusal: undefined, shadow: [] };
      },
      matches: async () => [],
    };
  };
  const asking = { config: config(), queries: Array(100).fill('Why?'), since: lastHour };

  it('ends in time; what was not compared by then is counted', async () => {
    const { post, asked } = setUp({ compileScreen: () => screenOf(5), previewMs: 50 });
    await asked('Why?');
    const { status, json } = await post(asking);
    expect(status).toBe(200);
    expect(json.queries.length).toBeLessThan(20);
    expect(json.queries_left_out).toBe(100 - json.queries.length);
    expect(json.traffic).toMatchObject({ examined: 0, complete: false });
    const stuck = setUp({ compileScreen: () => screenOf(0, true), previewMs: 50 });
    expect((await stuck.post(asking)).json).toMatchObject({ queries: [], queries_left_out: 100 });
  });

  it('leaves the event loop to others', async () => {
    const { post } = setUp({ compileScreen: () => screenOf(1) });
    let turns = 0;
    const counting = setInterval(() => turns++, 1);
    await post(asking);
    clearInterval(counting);
    expect(turns).toBeGreaterThan(30);
  });

  it('is for one of a tenant at once, and for four in all', async () => {
    const { post, put } = setUp({ compileScreen: () => screenOf(0, true), previewMs: 100 });
    const ids = ['t1', 't2', 't4', 't5', 't6'];
    for (const id of ids.slice(2)) await put(vouchForTenant(id), {});
    const ask = async (id: string) => (await post({ ...asking, config: config({}, id) }, id)).status;
    const all = await Promise.all([...ids, 't1'].map(ask));
    expect(all.filter((status) => status === 503)).toHaveLength(2);
    // When they are over there is room again.
    expect(await ask('t1')).toBe(200);
  });

  it('ends with 503 where stored rules cannot be applied any more', async () => {
    const { post } = setUp({
      compileScreen: () => {
        throw new Error('of long ago');
      },
    });
    expect((await post(asking)).status).toBe(503);
    expect((await post(asking)).status).toBe(503);
  });
});
