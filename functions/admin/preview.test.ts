import { describe, expect, it, vi } from 'vitest';
import { compileScreen, type Screen } from '../../core/guardrails/screen.ts';
import { vouchForTenant } from '../../core/tenants/tenant-id.ts';
import {
  config,
  hack,
  hourMs,
  lastHour,
  NOW,
  owner,
  setUp,
  steal,
  t1,
} from '../../test/support/preview-stand.ts';
import { createApp } from '../http/app.ts';
import { authenticate } from '../http/authenticate.ts';
import { previewRoutes } from './preview.ts';
import { tenantConfigRoutes } from './tenant-config.ts';

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

  it('goes on where stored rules cannot be applied any more: what they did is unknown', async () => {
    const { post, put, asked } = setUp();
    await put(t1, { refusal_rules: [{ ...hack, type: 'regex', pattern: '(' }], keep_queries_hours: 24 });
    await asked('to hack');
    await asked('Why?', { agoMs: 2_000 });
    const mended = { config: config({ refusal_rules: [hack] }), queries: ['hack', 'Why?'], since: lastHour };
    const { status, json } = await post(mended);
    expect(status).toBe(200);
    const before = { refused: null, unreadable: true };
    expect(json.queries).toMatchObject([
      { before, after: { refused: true, reason: hack.reason }, change: 'unknown', matches: [{ start: 0 }] },
      { before, after: { refused: false }, change: 'unknown', matches: [] },
    ]);
    expect(json.traffic).toMatchObject({
      examined: 2,
      unknown: 2,
      newly_refused: 0,
      newly_allowed: 0,
      rules: [{ hits: 1 }],
      // Those that would be refused.
      examples: [{ query: 'to hack', change: 'unknown' }],
    });
  });

  it('ends with 503 where the rules that were sent cannot be applied', async () => {
    const { post } = setUp({
      compileScreen: () => {
        throw new Error('of long ago');
      },
    });
    expect((await post(asking)).status).toBe(503);
    expect((await post(asking)).status).toBe(503);
  });
});
