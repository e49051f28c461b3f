import { describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { documentIdSchema } from '../../core/documents/schema.ts';
import { documentGroupsSchema, groupsSchema } from '../../core/identity/groups.ts';
import { apiKeyRecordSchema } from '../../core/identity/keys/api-key.ts';
import { chatRequestSchema, orchestrateRequestSchema } from '../../core/orchestrator/schema.ts';
import { Problem } from '../../core/problems/problem.ts';
import { retrieveRequestSchema } from '../../core/retrieval/schema.ts';
import { tenantConfigSchema } from '../../core/tenants/schema.ts';
import { check } from './read-body.ts';

function errorsOf(schema: z.ZodType, value: unknown) {
  try {
    check(schema, value);
    return [];
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return (error.errors ?? []).map(({ field, reason }) => `${field} ${reason}`);
  }
}

describe('what is wrong with a body is said in words of our own', () => {
  const is = (schema: z.ZodType) => z.object({ a: schema });
  test.each<[z.ZodType, unknown, string]>([
    [z.string(), undefined, 'is missing'],
    [z.literal('contains'), undefined, 'is missing'],
    [z.string(), null, 'must be a string'],
    [z.int(), 1.5, 'must be a whole number'],
    [z.int(), 1e300, 'must be at most 9007199254740991'],
    [z.number(), 'x', 'must be a number'],
    [z.boolean(), 1, 'must be a boolean'],
    [z.array(z.string()), {}, 'must be an array'],
    [z.tuple([z.string()]), {}, 'must be an array'],
    [z.strictObject({}), [], 'must be an object'],
    [z.record(z.string(), z.string()), [], 'must be an object'],
    [z.string().min(1), '', 'must be at least 1 character'],
    [z.string().max(200), 'x'.repeat(201), 'must be at most 200 characters'],
    [z.string().length(5), 'x', 'must be exactly 5 characters'],
    [z.array(z.string()).min(1), [], 'must have at least 1 entry'],
    [z.array(z.string()).max(2), ['', '', ''], 'must have at most 2 entries'],
    [z.tuple([z.string()]), ['', ''], 'must have at most 1 entry'],
    [z.int().min(1), 0, 'must be at least 1'],
    [z.int().max(60), 61, 'must be at most 60'],
    [z.number().gt(0), 0, 'must be more than 0'],
    [z.number().lt(1), 1, 'must be less than 1'],
    [z.number().multipleOf(5), 3, 'must be a multiple of 5'],
    [z.enum(['chat', 'documents']), 'x', 'must be one of chat, documents'],
    [z.literal('contains'), 'regex', 'must be contains'],
    [z.string().regex(/^a$/), 'b', 'has a wrong form'],
    [z.iso.datetime(), 'now', 'must be a moment in ISO 8601'],
    [z.string().refine(() => false), 'x', 'is wrong'],
    [z.union([z.string(), z.null()]), 1, 'must be a string or null'],
    [z.union([z.string(), z.map(z.string(), z.string())]), 1, 'has none of the forms that are allowed'],
    [z.union([z.literal('a'), z.literal('b')]), 'c', 'has none of the forms that are allowed'],
    [z.map(z.string(), z.string()), {}, 'must be of another kind'],
    [z.string().regex(/^a$/, 'must be a'), 'b', 'must be a'],
  ])('%#', (schema, value, reason) => {
    expect(errorsOf(is(schema), { a: value })).toEqual([`/a ${reason}`]);
  });

  it('where a value may have several forms, of the one whose kind it has', () => {
    const form = z.strictObject({ type: z.enum(['word']).optional(), pattern: z.string().min(1) });
    const schema = z.array(z.union([z.string().min(1), form]));
    const wrong = ['', {}, { pattern: '' }, { pattern: 'x', type: 'glob' }, { pattern: 'x', flags: 'i' }, 1];
    expect(errorsOf(schema, wrong)).toEqual([
      '/0 must be at least 1 character',
      '/1/pattern is missing',
      '/2/pattern must be at least 1 character',
      '/3/type must be word',
      '/4/flags is not a known field',
      '/5 must be a string or an object',
    ]);
  });

  it('for a name as well', () => {
    const schema = is(z.record(z.string().max(1), z.string()));
    expect(errorsOf(schema, { a: { xx: '' } })).toEqual(['/a/xx is not a name that is allowed']);
  });

  it('with the first reason for each field', () => {
    const text = z.string().min(1).regex(/^a+$/, 'must be of a');
    expect(errorsOf(z.object({ a: text, b: text }), { a: '', b: 'b' })).toEqual([
      '/a must be at least 1 character',
      '/b must be of a',
    ]);
  });

  it('of 20 fields at most, by pointers that can be followed', () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`n${n}`, 1]));
    expect(errorsOf(z.strictObject({}), many)).toHaveLength(20);
    expect(errorsOf(z.strictObject({}), { 'a/b~c': 1 })).toEqual(['/a~1b~0c is not a known field']);
  });
});

const config = {
  tenant_id: 't1',
  blocked_tools: ['x', { name: 'x', where: 'both' }],
  sensitive_prompt_patterns: ['x', { type: 'word', pattern: 'x' }],
  refusal_rules: [{ type: 'contains', pattern: 'x', reason: 'y' }],
  redaction: { email: 'off', patterns: [{ name: 'x', pattern: 'x' }], allow: ['xxx'] },
  allowed_link_hosts: ['*.example.com'],
  rate_limit_per_minute: 60,
  rate_limit_per_hour: 60,
  allowed_routes: ['GENERAL'],
  routes: [
    {
      id: 'A',
      description: 'a',
      examples: ['b'],
      instructions: '',
      tools: ['x'],
      retrieval: true,
      on_unavailable: 'answer',
    },
  ],
  route_roles: { A: ['owner'] },
  tool_roles: { x: ['owner'] },
};
const time = '2026-01-01T00:00:00Z';
/** Schemas that requests are checked by, each with a body that it takes. */
const bodies: readonly (readonly [string, z.ZodType, object])[] = [
  [
    'a chat request',
    chatRequestSchema,
    { tenant_id: 't1', user_id: 'u', session_id: 's', query: 'q', locale: 'en' },
  ],
  ['a configuration', tenantConfigSchema, config],
  [
    'a request to the orchestrator',
    orchestrateRequestSchema,
    {
      message_id: 'm',
      session_id: 's',
      user_id: 'u',
      query: 'q',
      locale: 'en',
      groups: ['g'],
      standings: ['owner'],
      config,
    },
  ],
  [
    'a request for documents',
    retrieveRequestSchema,
    { query: 'q', routes: [{ id: 'A', description: 'a', examples: ['b'] }], k: 8, groups: ['g'] },
  ],
  [
    'a key',
    apiKeyRecordSchema,
    {
      key_id: 'aaaaaaaa',
      name: 'n',
      scopes: ['chat'],
      groups: ['g'],
      created_at: time,
      created_by: 'x',
      expires_at: time,
      hash: 'a'.repeat(43),
    },
  ],
  [
    'groups',
    z.strictObject({ groups: documentGroupsSchema, held: groupsSchema }),
    { groups: ['g'], held: ['g'] },
  ],
  ['an id', z.strictObject({ id: documentIdSchema }), { id: `doc_${'0'.repeat(26)}` }],
];
const strange: readonly unknown[] = [
  undefined,
  null,
  true,
  '',
  ' ',
  '\u0000',
  'x'.repeat(9_000),
  -1,
  0,
  1.5,
  1e300,
  [],
  [[]],
  [null],
  ['x', 'x'],
  Array(300).fill('x'),
  {},
  { constructor: 1, '': [], ['x'.repeat(99)]: ['owner'] },
  Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`N${n}`, ['owner']])),
];

/** The value with each of its parts, itself included, made into each of the strange ones. */
function* misshapen(value: unknown): Generator<unknown> {
  yield* strange;
  if (typeof value !== 'object' || value === null) return;
  for (const [name, part] of Object.entries(value)) {
    for (const other of misshapen(part)) {
      yield Array.isArray(value)
        ? value.map((each, n) => (String(n) === name ? other : each))
        : { ...value, [name]: other };
    }
  }
}

describe.each(bodies)('%s', (_what, schema, good) => {
  it('that is wrong is never told of in the words of a library, and of no field twice', () => {
    expect(errorsOf(schema, good)).toEqual([]);
    let wrong = 0;
    for (const body of misshapen(good)) {
      const errors = errorsOf(schema, body);
      if (errors.length > 0) wrong++;
      for (const error of errors) {
        expect(error).not.toMatch(/expected|invalid|unrecognized|too /i);
        expect(error).toMatch(/ (must|is|has|may) /);
      }
      const fields = errors.map((error) => error.split(' ')[0]);
      expect(new Set(fields).size).toBe(fields.length);
    }
    expect(wrong).toBeGreaterThan(10);
  });
});
