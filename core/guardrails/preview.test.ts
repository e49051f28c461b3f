import { describe, expect, it } from 'vitest';
import { builtInRoutes } from '../orchestrator/built-in-routes.ts';
import { routeSchema, type TenantConfig, tenantConfigSchema } from '../tenants/schema.ts';
import { createComparison } from './preview.ts';
import { compileScreen } from './screen.ts';

const side = (said: object) => {
  const config: TenantConfig = tenantConfigSchema.parse({ tenant_id: 't1', ...said });
  return { config, screen: compileScreen(config) };
};
const rule = (pattern: string, reason = 'No', more: object = {}) => ({
  type: 'contains',
  pattern,
  reason,
  ...more,
});
const compare = (before: object, after: object, query: string, route?: string) =>
  createComparison(side(before), side(after), builtInRoutes).compare(
    query,
    route,
    new AbortController().signal,
  );
const free = { refused: false };
const refusedBy = (index: number, reason = 'No', kind = 'refusal_rule') => ({
  refused: true,
  reason,
  rule: { kind, index },
});

describe('a question under two configurations', () => {
  it.each([
    ['nothing speaks of', [rule('hack')], [rule('steal')], 'Why?', 'same', free, free],
    ['a new rule refuses', [], [rule('hack')], 'to hack', 'newly_refused', free, refusedBy(0)],
    ['a rule that is gone refused', [rule('hack')], [], 'to hack', 'newly_allowed', refusedBy(0), free],
    [
      'a rule that only moved refuses',
      [rule('hack')],
      [rule('x-x'), rule('hack')],
      'to hack',
      'same',
      refusedBy(0),
      refusedBy(1),
    ],
    [
      'another rule refuses',
      [rule('hack')],
      [rule('to', 'Mine')],
      'to hack',
      'other_rule',
      refusedBy(0),
      refusedBy(0, 'Mine'),
    ],
    [
      'a rule refuses with another reason',
      [rule('hack')],
      [rule('hack', 'Mine')],
      'to hack',
      'other_rule',
      refusedBy(0),
      refusedBy(0, 'Mine'),
    ],
    [
      'a rule is only tried out on',
      [rule('hack')],
      [rule('hack', 'No', { shadow: true })],
      'to hack',
      'newly_allowed',
      refusedBy(0),
      free,
    ],
    [
      'a rule for answers does not speak of',
      [],
      [rule('hack', 'No', { where: 'output' })],
      'to hack',
      'same',
      free,
      free,
    ],
  ])('that %s', async (_what, was, becomes, query, change, before, after) => {
    const found = await compare({ refusal_rules: was }, { refusal_rules: becomes }, query);
    expect(found).toMatchObject({ change, before, after });
  });

  it('names every rule that matches, those only tried out as well, and no rule for answers', async () => {
    const after = {
      refusal_rules: [
        rule('no'),
        rule('hack', 'No', { where: 'output' }),
        rule('hack', 'No', { shadow: true }),
      ],
      sensitive_prompt_patterns: ['ack'],
    };
    const { matches } = await compare({}, after, 'to hack');
    expect(matches.map(({ rule: { ref, shadow } }) => ({ ...ref, shadow }))).toEqual([
      { kind: 'refusal_rule', index: 2, shadow: true },
      { kind: 'sensitive_prompt', index: 0, shadow: false },
    ]);
  });
});

describe('a question on a route', () => {
  const only = (...allowed_routes: string[]) => ({ allowed_routes });
  const place = (id: string) => builtInRoutes.findIndex((route) => route.id === id);
  const blocked = (id: string) =>
    refusedBy(place(id), `Questions about ${id} are not answered here.`, 'blocked_route');

  it('that is not allowed any more would be refused, and one that is allowed again would not', async () => {
    const found = await compare({}, only('GENERAL'), 'Why?', 'PRICE_COMPARE');
    expect(found).toEqual({
      before: free,
      after: blocked('PRICE_COMPARE'),
      change: 'newly_refused',
      matches: [],
    });
    expect((await compare(only('GENERAL'), {}, 'Why?', 'PRICE_COMPARE')).change).toBe('newly_allowed');
    expect((await compare(only('GENERAL'), only('GENERAL'), 'Why?', 'PRICE_COMPARE')).change).toBe('same');
    expect((await compare({}, only('GENERAL'), 'Why?', 'GENERAL')).change).toBe('same');
    expect((await compare({}, only('GENERAL'), 'Why?')).change).toBe('same');
  });

  it('that a rule refuses is refused by the rule', async () => {
    const after = { ...only('GENERAL'), refusal_rules: [rule('hack')] };
    const found = await compare(only('GENERAL'), after, 'to hack', 'PRICE_COMPARE');
    expect(found).toMatchObject({ change: 'other_rule', after: refusedBy(0) });
  });

  it('that there is no more is not judged by it', async () => {
    const own = { routes: [routeSchema.parse({ id: 'RETURNS', description: 'Sending back' })] };
    expect((await compare(own, only('GENERAL'), 'Why?', 'RETURNS')).after).toEqual(free);
    expect((await compare({}, { ...own, ...only('GENERAL') }, 'Why?', 'RETURNS')).after.refused).toBe(true);
  });
});

it('ends when nobody waits for it any more', async () => {
  const gone = AbortSignal.abort(new Error('gone'));
  const screen = {
    screen: async (_text: string, signal?: AbortSignal) => {
      signal?.throwIfAborted();
      return { refusal: undefined, shadow: [] };
    },
    matches: async () => [],
  };
  const { config } = side({});
  const comparison = createComparison({ config, screen }, { config, screen }, builtInRoutes);
  await expect(comparison.compare('Why?', undefined, gone)).rejects.toThrow('gone');
});
