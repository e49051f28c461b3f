import { describe, expect, it } from 'vitest';
import { tenantConfigSchema } from '../tenants/schema.ts';
import { sliceMs } from './pace/in-slices.ts';
import { compileScreen } from './screen.ts';

const screenOf = (config: object) => compileScreen(tenantConfigSchema.parse({ tenant_id: 't1', ...config }));
const regex = (pattern: string, more: object = {}) => ({ type: 'regex', pattern, reason: pattern, ...more });
const word = (pattern: string, more: object = {}) => ({ type: 'word', pattern, reason: pattern, ...more });

const seed = screenOf({
  blocked_tools: ['mcp_finance'],
  sensitive_prompt_patterns: ['password', 'credit card'],
  refusal_rules: [{ type: 'contains', pattern: 'hack', reason: 'Security violation' }],
});

describe('a configuration as documented', () => {
  it('refuses with the reason of the rule and its place in the list', async () => {
    expect(await seed.screen('How do I hack a lock?')).toEqual({
      refusal: { reason: 'Security violation', rule: { kind: 'refusal_rule', index: 0 } },
      shadow: [],
    });
  });

  it.each(['HACK', 'ｈａｃｋ', 'h\u200back', 'ha\u0301ck', 'hасk', 'the hackathon', 'h-a-c-k'])(
    'reads %s the same',
    async (text) => {
      expect((await seed.screen(text)).refusal?.reason).toBe('Security violation');
    },
  );

  it.each(['my Password please', 'a credit\n card', 'a credit-card'])(
    '%s is a sensitive prompt',
    async (text) => {
      expect((await seed.screen(text)).refusal?.reason).toBe('Sensitive prompt');
    },
  );

  it.each(['Ask mcp_finance what I spent', 'MCP_FINANCE'])('%s names a blocked tool', async (text) => {
    expect((await seed.screen(text)).refusal).toEqual({
      reason: 'The tool mcp_finance may not be used here.',
      rule: { kind: 'blocked_tool', index: 0 },
    });
  });

  it.each(['Which oats are cheaper?', 'mcp_financed', 'What is finance?', '', 'h4ck'])(
    'lets pass: %s',
    async (text) => {
      expect(await seed.screen(text)).toEqual({ refusal: undefined, shadow: [] });
    },
  );
});

describe('the first rule that matches speaks', () => {
  const everything = {
    refusal_rules: [regex('two|one'), { type: 'contains', pattern: 'one', reason: 'one' }, regex('three')],
    sensitive_prompt_patterns: ['one', { type: 'regex', pattern: 'two', where: 'both' }],
    blocked_tools: ['one', 'two', 'three', 'four'].map((name) => ({ name, where: 'input' })),
  };
  it.each([
    ['one two three four', 'refusal_rule', 0],
    ['four three two', 'refusal_rule', 0],
    ['four three', 'refusal_rule', 2],
    ['four', 'blocked_tool', 3],
  ])('in “%s”: %s %i', async (text, kind, index) => {
    expect((await screenOf(everything).screen(text)).refusal?.rule).toEqual({ kind, index });
  });

  it('and all that match are found, each once, in that order', async () => {
    const matches = await screenOf(everything).matches('two, three and one');
    expect(matches.map(({ rule }) => `${rule.ref.kind}:${rule.ref.index}`)).toEqual([
      'refusal_rule:0',
      'refusal_rule:1',
      'refusal_rule:2',
      'sensitive_prompt:0',
      'sensitive_prompt:1',
      'blocked_tool:0',
      'blocked_tool:1',
      'blocked_tool:2',
    ]);
  });
});

it('a rule in shadow is told of and refuses nothing, whichever list it stands in', async () => {
  const screen = screenOf({
    refusal_rules: [word('hack', { shadow: true }), regex('ha.k', { shadow: true }), word('lock')],
    sensitive_prompt_patterns: [{ pattern: 'hack', shadow: true }],
    blocked_tools: [{ name: 'hack', where: 'both', shadow: true }],
  });
  const shadow = [
    { kind: 'refusal_rule', index: 0 },
    { kind: 'refusal_rule', index: 1 },
    { kind: 'sensitive_prompt', index: 0 },
    { kind: 'blocked_tool', index: 0 },
  ];
  expect(await screen.screen('hack it')).toEqual({ refusal: undefined, shadow });
  // A rule in force behind it speaks, and is no shadow.
  expect(await screen.screen('hack a lock')).toEqual({
    refusal: { reason: 'lock', rule: { kind: 'refusal_rule', index: 2 } },
    shadow,
  });
  expect(await screen.matches('hack it')).toHaveLength(4);
});

it('a rule for answers alone neither refuses a question nor is told of one', async () => {
  const output = { where: 'output' };
  const screen = screenOf({
    refusal_rules: [word('hack', output), regex('hack', output), word('hack', { ...output, shadow: true })],
    sensitive_prompt_patterns: [{ pattern: 'hack', ...output }],
    blocked_tools: [{ name: 'hack', ...output }],
  });
  expect(await screen.screen('hack')).toEqual({ refusal: undefined, shadow: [] });
  expect(await screen.matches('hack')).toEqual([]);
});

describe('the name of a blocked tool', () => {
  const ordinary = 'Where can I search, read, email and delete my order in Python?';
  it('that is a plain word leaves questions alone that hold the word', async () => {
    const blocked_tools = ['search', 'read', 'email', { name: 'delete', shadow: true }, 'Python', 'my order'];
    expect(await screenOf({ blocked_tools }).matches(ordinary)).toEqual([]);
  });

  it('that is a plain word is looked for where its entry says so', async () => {
    const screen = screenOf({ blocked_tools: ['search', { name: 'email', where: 'both' }] });
    expect((await screen.screen(ordinary)).refusal?.rule).toEqual({ kind: 'blocked_tool', index: 1 });
  });

  it.each(['web_search', 'mcp.search', 'mcp:search', 'mcp/search', 'web-search', 'search2'])(
    'that looks like one, %s, is looked for',
    async (name) => {
      const screen = screenOf({ blocked_tools: ['search', name] });
      expect((await screen.screen(`Use ${name} now`)).refusal?.rule).toEqual({
        kind: 'blocked_tool',
        index: 1,
      });
      expect((await screen.screen('Use search now')).refusal).toBeUndefined();
    },
  );
});

it('a word is one from its begin to its end, and digits are letters only where that is said', async () => {
  const screen = screenOf({ refusal_rules: [word('hack'), word('lock', { leet: true })] });
  expect((await screen.screen('the hackathon')).refusal).toBeUndefined();
  expect((await screen.screen('h4ck')).refusal).toBeUndefined();
  expect((await screen.screen('a l0ck')).refusal?.reason).toBe('lock');
});

describe('an expression', () => {
  it.each<[string, string, string | undefined]>([
    ['pass(word|key)\\s\\d+', 'my ＰＡＳＳ\u200bWORD \n 123!', 'ＰＡＳＳ\u200bWORD \n 123'],
    ['^hack$', '  Hack ', 'Hack'],
    ['^hack', 'to hack', undefined],
    ['\\bhack\\b', 'hackathon', undefined],
    ['STRASSE', 'die Straße', 'Straße'],
    ['[A-F]{3}', 'xxABCDxx', 'ABC'],
    ['b+|ab', 'xx abbb', 'ab'],
    ['ab*', 'xx abbb', 'abbb'],
    ['naïve', 'a naive one', 'naive'],
    ['сорт', 'лучший сорт', 'сорт'],
    ['hack', 'hасk', 'hасk'],
    ['😀.', 'a 😀😀 b', '😀😀'],
  ])('%s in “%s”: %s', async (pattern, text, found) => {
    const [match] = await screenOf({ refusal_rules: [regex(pattern)] }).matches(text);
    expect(match && text.slice(match.start, match.end)).toBe(found);
  });

  it('among two hundred finds the same as alone', async () => {
    const patterns = Array.from({ length: 200 }, (_, n) => `k${n}\\D`);
    const screen = screenOf({ refusal_rules: patterns.map((pattern) => regex(pattern)) });
    for (const n of [0, 7, 77, 199]) {
      const matches = await screen.matches(`see k${n} and k9999`);
      expect(matches).toMatchObject([{ rule: { pattern: `k${n}\\D` }, start: 4 }]);
    }
  });

  it('that cannot be read is named, not left out', () => {
    const rules = [word('hack'), regex('(')];
    expect(() => screenOf({ refusal_rules: rules })).toThrow('refusal_rule:1');
    // One for answers alone is for others to read.
    expect(() => screenOf({ refusal_rules: [regex('(', { where: 'output' })] })).not.toThrow();
  });
});

it('a pattern of invisible characters, from before they were refused, refuses nothing', async () => {
  const screen = screenOf({ sensitive_prompt_patterns: ['\u200b', { type: 'word', pattern: '\u00ad' }] });
  expect((await screen.screen('hello')).refusal).toBeUndefined();
});

describe('work is done in slices', () => {
  /** Longest time without a turn, half of all times, and how many turns there were. */
  async function turnsDuring(work: () => Promise<unknown>) {
    const times: number[] = [];
    let over = false;
    let lastMs = performance.now();
    const turn = () => {
      times.push(performance.now() - lastMs);
      lastMs = performance.now();
      if (!over) setImmediate(turn);
    };
    setImmediate(turn);
    await work();
    over = true;
    times.sort((a, b) => a - b);
    return { turns: times.length, p90Ms: times[Math.floor(times.length * 0.9)] ?? 0 };
  }
  const random = (length: number) => {
    let state = 1;
    return Array.from({ length }, () => {
      state = (state * 48_271) % 2_147_483_647;
      return state % 2 === 0 ? 'a' : 'b';
    }).join('');
  };
  const hostile = screenOf({
    refusal_rules: Array.from({ length: 25 }, (_, n) => regex(`(a|b)*a[ab]{${90 + n}}c`)),
  });

  it('and an ordinary question is done within the first, before anything else has its turn', async () => {
    for (let warm = 0; warm < 50; warm++) await seed.screen('Which oats are cheaper?');
    let turned = false;
    setImmediate(() => {
      turned = true;
    });
    await seed.screen('Which oats are cheaper, and what do they cost a kilo?');
    expect(turned).toBe(false);
  });

  it('so that hostile rules and a hostile text leave everything else its turns', async () => {
    const text = random(1_000);
    await hostile.screen(text);
    const { turns, p90Ms } = await turnsDuring(() => hostile.screen(text));
    expect(turns).toBeGreaterThan(20);
    // Generous: this machine does other things, too.
    expect(p90Ms).toBeLessThan(10 * sliceMs);
  });

  it('however many such questions there are at once', async () => {
    const text = random(250);
    const { turns, p90Ms } = await turnsDuring(() =>
      Promise.all(Array.from({ length: 8 }, () => hostile.screen(text))),
    );
    expect(turns).toBeGreaterThan(20);
    expect(p90Ms).toBeLessThan(10 * sliceMs);
  });

  it('and what nobody waits for any more is not gone on with', async () => {
    const gone = new AbortController();
    const screening = hostile.screen(random(8_000), gone.signal);
    gone.abort(new Error('left'));
    await expect(screening).rejects.toThrow('left');
  });
});
