import { expect, it } from 'vitest';
import { randomFrom } from '../../bench/random-from.ts';
import { compileOutputGate } from '../guardrails/output-gate.ts';
import { tenantConfigSchema } from '../tenants/schema.ts';
import { gateEvents } from './gate-events.ts';
import type { OrchestratorEvent } from './schema.ts';

const gateOf = (config: object = {}) =>
  compileOutputGate(tenantConfigSchema.parse({ tenant_id: 't1', ...config }));
const done: OrchestratorEvent[] = [
  { event: 'usage', data: { prompt_tokens: 1, completion_tokens: 2 } },
  { event: 'done', data: { message_id: 'm1', finish_reason: 'stop', degraded: false } },
];
const token = (text: string): OrchestratorEvent => ({ event: 'token', data: { text } });
const runOf = (gate: ReturnType<typeof gateOf>, signal?: AbortSignal) => ({
  gate: Promise.resolve(gate),
  messageId: 'm1',
  stop: () => {},
  sourcesLeftOut: () => 0,
  signal,
});
/** Each `a` goes on with a match that never ends, so every character is costly. */
const costly = {
  redaction: {
    patterns: Array.from({ length: 20 }, (_, n) => ({ name: `p${n}`, pattern: `a[ab]{${90 + n}}c` })),
  },
};
const next = randomFrom(9);
const random = (below: number) => Math.floor(next() * below);
const parts = [
  'Write to anna@example.org',
  ' or call +49 30 9018 2000',
  ' card 4111 1111 1111 1111 ',
  'see https://evil.example/path?q=1 ',
  '[a](https://evil.example) ',
  'ab'.repeat(40),
  'abba baab ',
  '👩🏽‍💻 naïve ',
  '\n',
];

it('what is shown is the same with pauses as without, however the text is cut', async () => {
  const gate = gateOf(costly);
  for (let round = 0; round < 30; round += 1) {
    const text = Array.from({ length: 12 }, () => parts[random(parts.length)]).join('');
    const pieces: string[] = [];
    for (let at = 0; at < text.length; ) {
      const length = 1 + random(random(4) === 0 ? 300 : 12);
      pieces.push(text.slice(at, at + length));
      at += length;
    }
    async function* source() {
      yield* pieces.map(token);
      yield* done;
    }
    let shown = '';
    const names: string[] = [];
    for await (const { event, data } of gateEvents(source(), runOf(gate))) {
      if (event === 'token') shown += data.text;
      else names.push(event);
    }
    const stream = gate.open();
    expect(shown).toBe(pieces.map((piece) => stream.push(piece).text).join('') + stream.end().text);
    expect(shown).toBe(gate.whole(text).text);
    expect(names).toEqual(['guarded', 'usage', 'done']);
  }
});

it('an answer that nobody waits for any more ends at once, in the middle of costly text, and what it came to is told', async () => {
  const left = new AbortController();
  const spent: OrchestratorEvent = { event: 'spent', data: { prompt_tokens: 1, completion_tokens: 7 } };
  const ab = Array.from({ length: 200_000 }, () => 'ab'[random(2)]).join('');
  async function* source() {
    yield token(ab);
    yield spent;
    yield* done;
  }
  const names: string[] = [];
  let leftAt = 0;
  setTimeout(() => {
    leftAt = performance.now();
    left.abort(new Error('left'));
  }, 50);
  const reading = async () => {
    for await (const { event } of gateEvents(source(), runOf(gateOf(costly), left.signal))) names.push(event);
  };
  await expect(reading()).rejects.toThrow('left');
  expect(performance.now() - leftAt).toBeLessThan(200);
  expect(names).toEqual(['spent', 'spent', 'guarded']);
});
