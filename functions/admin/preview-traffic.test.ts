import { describe, expect, it, vi } from 'vitest';
import { config, hack, hourMs, lastHour, NOW, setUp, steal, t2 } from '../../test/support/preview-stand.ts';

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
