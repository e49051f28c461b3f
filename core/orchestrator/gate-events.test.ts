import { describe, expect, it } from 'vitest';
import { auditing, blocking, scriptedGate, watching } from '../../test/support/scripted-gate.ts';
import { gateEvents } from './gate-events.ts';
import type { OrchestratorEvent } from './schema.ts';

const text = (...pieces: string[]): OrchestratorEvent[] =>
  pieces.map((piece) => ({ event: 'token', data: { text: piece } }));
const spent = (tokens: number): OrchestratorEvent => ({
  event: 'spent',
  data: { prompt_tokens: 10, completion_tokens: tokens },
});
const cited = (
  n: number,
  more: { quote?: string; title?: string; section?: string } = {},
): OrchestratorEvent => ({
  event: 'citation',
  data: {
    n,
    chunk_id: `c${n}`,
    document_id: 'd',
    version: 1,
    title: 'Prices',
    quote: 'Oats',
    start: 0,
    end: 4,
    ...more,
  },
});
const ending = (finish_reason: 'stop' | 'length' = 'stop', tokens = 9): OrchestratorEvent[] => [
  { event: 'usage', data: { prompt_tokens: 10, completion_tokens: tokens, cached_tokens: 4 } },
  { event: 'done', data: { message_id: 'm1', finish_reason, degraded: true } },
];
const card = '4111111111111111';

/** Reads what may be shown of these events; a function among them is called in its place, and may throw. */
async function shown(
  said: readonly (OrchestratorEvent | (() => unknown))[],
  gate = Promise.resolve(scriptedGate()),
) {
  const events: OrchestratorEvent[] = [];
  let stopped = 0;
  let failure: unknown;
  const stop = () => {
    stopped += 1;
  };
  async function* source() {
    for (const one of said) {
      if (typeof one === 'function') await one();
      else yield one;
    }
  }
  const run = { gate, messageId: 'm1', stop, sourcesLeftOut: () => 2 };
  try {
    for await (const event of gateEvents(source(), run)) events.push(event);
  } catch (error) {
    failure = error;
  }
  const answer = events.map(({ event, data }) => (event === 'token' ? data.text : '')).join('');
  const guarded = events.find(({ event }) => event === 'guarded')?.data;
  return { events, names: events.map(({ event }) => event), answer, guarded, stopped, failure };
}
const fails = () => {
  throw new Error('gone');
};

describe('text that may be part of a match', () => {
  it('waits, and what cannot be passes at once', async () => {
    const { events } = await shown([...text('pay ', 'with 41', '11 or so'), ...ending()]);
    expect(events.slice(0, 3)).toEqual(text('pay ', 'with ', '4111 or so'));
  });

  it('is masked however it is split, and what it came to is told at once', async () => {
    const pieces = [...card].flatMap((digit, n) => [spent(n), ...text(digit)]);
    const { events, answer, guarded } = await shown([
      ...text('it is '),
      ...pieces,
      ...text('.'),
      ...ending(),
    ]);
    expect(answer).toBe('it is [card].');
    expect(events.slice(1, 17).every(({ event }) => event === 'spent')).toBe(true);
    expect(guarded).toMatchObject({ masked: 1, sources_left_out: 2 });
  });

  it('is shown at the end, before what the answer came to', async () => {
    const { events, names } = await shown([...text('in 2026'), ...ending()]);
    expect(names).toEqual(['token', 'token', 'guarded', 'usage', 'done']);
    expect(events[1]).toEqual(text('2026')[0]);
    expect(events.slice(-2)).toEqual(ending());
  });

  it.each([
    ['the source fails', [fails], []],
    [
      'the source tells of an error',
      [{ event: 'error', data: { type: 'urn:atrium:problem:internal', title: '', status: 500, detail: '' } }],
      ['error'],
    ],
    ['the source falls silent', [], []],
  ] as const)('is never shown when %s', async (_what, end, last) => {
    const { answer, names } = await shown([...text('it is ', card.slice(0, 15)), spent(3), ...end] as never);
    expect(answer).toBe('it is ');
    expect(names).toEqual(['token', 'spent', 'guarded', ...last]);
  });

  it('is not shown when the engine was cut at its limit: the rest of it may be what is missing', async () => {
    const { answer, names } = await shown([
      ...text('it is ', card.slice(0, 15)),
      cited(1),
      ...ending('length'),
    ]);
    expect(answer).toBe('it is ');
    expect(names).toEqual(['token', 'citation', 'guarded', 'usage', 'done']);
  });

  it('is not shown to a reader who leaves', async () => {
    let left = false;
    async function* source() {
      try {
        yield* text('it is ', '4111');
      } finally {
        left = true;
      }
    }
    const run = {
      gate: Promise.resolve(scriptedGate()),
      messageId: 'm1',
      stop: () => {},
      sourcesLeftOut: () => 0,
    };
    const reading = gateEvents(source(), run);
    await reading.next();
    expect(await reading.return(undefined)).toEqual({ done: true, value: undefined });
    await new Promise(setImmediate);
    expect(left).toBe(true);
  });
});

describe('a citation', () => {
  it('waits until the text before it is out, and no longer', async () => {
    const said = [
      ...text('see 12'),
      cited(1),
      ...text('34'),
      cited(2),
      ...text('5 '),
      ...text('x'),
      ...ending(),
    ];
    const { events } = await shown(said);
    const order = events.map(({ event, data }) => (event === 'token' ? data.text : event));
    expect(order).toEqual(['see ', '12345 ', 'citation', 'citation', 'x', 'guarded', 'usage', 'done']);
  });

  it('waits not for text that was said behind it', async () => {
    const { events } = await shown([...text('A 1'), cited(1), ...text(' and 22'), ...text('2'), ...ending()]);
    const order = events.map(({ event, data }) => (event === 'token' ? data.text : event));
    expect(order).toEqual(['A ', '1 and ', 'citation', '222', 'guarded', 'usage', 'done']);
  });

  it('is shown before the end at the latest', async () => {
    const { names } = await shown([...text('A 1'), cited(1), ...ending()]);
    expect(names).toEqual(['token', 'token', 'citation', 'guarded', 'usage', 'done']);
  });

  it('has its quote, title and section masked', async () => {
    const { events, guarded } = await shown([
      ...text('A.'),
      cited(1, { quote: `Card ${card}.`, title: `On ${card}`, section: `${card} > x` }),
      ...ending(),
    ]);
    expect(events[1]?.data).toMatchObject({
      quote: 'Card [card].',
      title: 'On [card]',
      section: '[card] > x',
    });
    expect(guarded).toMatchObject({ masked: 3 });
    expect(JSON.stringify(events)).not.toContain(card);
  });

  it('ends the answer where its quote is blocked', async () => {
    const { names, events, stopped } = await shown([
      ...text('A.'),
      cited(1, { quote: 'a BLOCK b' }),
      ...text('B'),
      ...ending(),
    ]);
    expect(names).toEqual(['token', 'refusal', 'spent', 'guarded', 'usage', 'done']);
    expect(JSON.stringify(events)).not.toContain('a BLOCK b');
    expect(stopped).toBe(1);
  });

  it('has a blocked title or section taken out, and the answer goes on', async () => {
    const { events, names, guarded } = await shown([
      ...text('A.'),
      cited(1, { title: 'BLOCK', section: 'x BLOCK' }),
      ...text('B'),
      ...ending(),
    ]);
    expect(names).not.toContain('refusal');
    expect(events[1]?.data).toMatchObject({ title: '[removed]', section: '[removed]', quote: 'Oats' });
    expect(guarded).toMatchObject({ masked: 2 });
  });
});

it('titles of what was retrieved, and what tools tell, pass the same gate', async () => {
  const ref = { id: 'c1', document_id: 'd', score: 1 };
  const { events } = await shown([
    {
      event: 'retrieval',
      data: {
        chunks: [
          { ...ref, title: `On ${card}` },
          { ...ref, title: 'BLOCK' },
        ],
        unavailable: true,
      },
    },
    { event: 'tool', data: { run_id: 'r', name: 'n', status: 'done', detail: `paid ${card}` } },
    { event: 'tool', data: { run_id: 'r', name: 'n', status: 'done' } },
    ...ending(),
  ]);
  expect(events.slice(0, 3)).toEqual([
    {
      event: 'retrieval',
      data: {
        chunks: [
          { ...ref, title: 'On [card]' },
          { ...ref, title: '[removed]' },
        ],
        unavailable: true,
      },
    },
    { event: 'tool', data: { run_id: 'r', name: 'n', status: 'done', detail: 'paid [card]' } },
    { event: 'tool', data: { run_id: 'r', name: 'n', status: 'done' } },
  ]);
});

describe('a rule that blocks', () => {
  it('ends the answer as a refusal with what was spent, also what is told after the work was stopped', async () => {
    const { events, answer, stopped } = await shown([
      spent(1),
      ...text('so BL'),
      spent(2),
      cited(1),
      ...text('OCK ', 'and more'),
      spent(3),
      cited(2),
      spent(4),
      fails,
    ]);
    expect(answer).toBe('so ');
    expect(stopped).toBe(1);
    expect(events.slice(3)).toEqual([
      { event: 'refusal', data: blocking },
      spent(3),
      spent(4),
      { event: 'guarded', data: { masked: 0, audited: [], shadow: [], sources_left_out: 2 } },
      { event: 'usage', data: { prompt_tokens: 10, completion_tokens: 4 } },
      { event: 'done', data: { message_id: 'm1', finish_reason: 'refusal', degraded: false } },
    ]);
  });

  it('holds in the last held text as well: the engine’s own count is told', async () => {
    const { events, names } = await shown([...text('so BLOCK'), ...ending('stop', 9)]);
    expect(names).toEqual(['token', 'refusal', 'guarded', 'usage', 'done']);
    expect(events[3]?.data).toMatchObject({ completion_tokens: 9, cached_tokens: 4 });
    expect(events[4]?.data).toMatchObject({ finish_reason: 'refusal' });
  });

  it('tells the end of an engine that had said all before it was stopped by its own count', async () => {
    const { events } = await shown([...text('BLOCK '), spent(1), ...text('more'), ...ending('stop', 9)]);
    expect(events.at(-2)?.data).toMatchObject({ completion_tokens: 9 });
    expect(events.filter(({ event }) => event === 'done')).toHaveLength(1);
  });

  it('ends the answer also when the work behind it does not end', async () => {
    const { names } = await shown([spent(1), ...text('BLOCK '), () => new Promise(() => {})]);
    expect(names).toEqual(['spent', 'refusal', 'guarded', 'usage', 'done']);
  });
});

it('rules that audit or are tried out let the answer pass, and are told once each', async () => {
  const said = [...text('AUDIT it, SHADOW it, AUDIT it'), cited(1, { quote: 'SHADOW AUDIT' }), ...ending()];
  const { answer, guarded } = await shown(said);
  expect(answer).toBe('AUDIT it, SHADOW it, AUDIT it');
  expect(guarded).toEqual({ masked: 0, audited: [auditing], shadow: [watching], sources_left_out: 2 });
});

it('without a gate nothing is shown', async () => {
  const { events, failure } = await shown([...text('A'), ...ending()], Promise.reject(new Error('no rules')));
  expect(events).toEqual([]);
  expect(failure).toMatchObject({ message: 'no rules' });
});
