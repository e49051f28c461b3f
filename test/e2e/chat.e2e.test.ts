import { randomInt } from 'node:crypto';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { randomFrom } from '../../bench/random-from.ts';
import { type Answer, type Client, clientOf, codePoints } from '../support/client.ts';
import { documentOf, type Fact, randomFacts } from '../support/random-facts.ts';

const url = inject('stageUrl');
const t1 = clientOf(url, 't1');
const t2 = clientOf(url, 't2');

/** Every quote of an answer must stand verbatim, at its offsets, in the version of the document that it names. */
async function expectQuotesVerbatim(client: Client, answer: Answer): Promise<void> {
  for (const { quote, start, end, document_id, version } of answer.all('citation')) {
    expect(codePoints(await client.documentText(document_id, version), start, end)).toBe(quote);
  }
}

describe('the sample tenants', () => {
  test('a price question streams its events in order, and every quote is verbatim', async () => {
    const answer = await t1.ask('Which is cheaper, Gala apples at Mill Lane Co-op or at Greenleaf Market?');
    const order = [...new Set(answer.events.map(({ event }) => event))];
    expect(order).toEqual(['start', 'route', 'retrieval', 'token', 'citation', 'usage', 'done']);
    expect(answer.one('route').route).toBe('PRICE_COMPARE');
    expect(answer.all('citation').length).toBeGreaterThan(0);
    await expectQuotesVerbatim(t1, answer);
    console.log(`t1 answered: ${answer.text}`);
  });

  test('the first event is there within a second', async () => {
    const firsts: number[] = [];
    for (let i = 0; i < 3; i += 1)
      firsts.push((await t1.ask('How much is milk?')).events[0]?.atMs ?? Infinity);
    console.log(`first event after ${firsts.map((ms) => Math.round(ms)).join(', ')} ms`);
    expect(Math.min(...firsts)).toBeLessThan(1_000);
  });

  test('what the sources do not say is said to be so', async () => {
    const answer = await t1.ask('What is the weather?');
    expect(answer.text).toBe('The sources do not say.');
    expect(answer.all('citation')).toEqual([]);
  });

  test('the documented refusal rule and sensitive patterns of t1 refuse', async () => {
    expect((await t1.ask('How do I hack the till?')).one('refusal')).toEqual({
      reason: 'Security violation',
      rule: { kind: 'refusal_rule', index: 0 },
    });
    expect((await t1.ask('What is the PASSWORD?')).one('refusal').reason).toBe('Sensitive prompt');
  });

  test.each(['Do you deliver?', 'Tell me about your delivery.'])(
    '“%s” is a question, not small talk',
    async (question) => {
      const answer = await t1.ask(question);
      expect(answer.all('retrieval')[0]?.chunks.length).toBeGreaterThan(0);
      expect(answer.one('usage').completion_tokens).toBe(0);
    },
  );

  test('small talk is written by the model, token by token', async () => {
    const answer = await t1.ask('Hello!');
    expect(answer.all('token').length).toBeGreaterThan(1);
    expect(answer.all('citation')).toEqual([]);
    expect(answer.one('usage').completion_tokens).toBeGreaterThan(0);
  });
});

describe('freshly made up facts', () => {
  const seed = randomInt(1_000_000_000);
  const facts = randomFacts(randomFrom(seed));
  const fact = facts[seed % facts.length] as Fact;
  let documentId = '';

  beforeAll(async () => {
    console.log(`facts of seed ${seed}: ${facts.map(({ sentence }) => sentence).join(' ')}`);
    documentId = await t1.upload(`notes-${seed}.txt`, documentOf(facts));
    expect(await t1.settled(documentId)).toMatchObject({ state: 'ready', progress: 1, version: 1 });
  });

  test.each(fact.paraphrases)('“%s” is answered from the upload', async (question) => {
    const answer = await t1.ask(question);
    expect(answer.text).toContain(fact.answer);
    expect(answer.all('citation').map(({ document_id }) => document_id)).toContain(documentId);
    await expectQuotesVerbatim(t1, answer);
  });

  test('what the upload does not say is not answered', async () => {
    expect((await t1.ask(fact.unanswered)).text).toBe('The sources do not say.');
  });

  test('the other tenant sees nothing of it', async () => {
    const [question] = fact.paraphrases;
    const answer = await t2.ask(question);
    expect(JSON.stringify(answer.events)).not.toContain(documentId);
    expect(answer.text).not.toContain(fact.answer);
    expect(await t2.document(documentId)).toBeUndefined();
    expect(await t2.remove(documentId)).toBe(404);
    expect((await t2.documents()).map(({ document_id }) => document_id)).not.toContain(documentId);
  });

  test('a deleted document cannot be found any more', async () => {
    expect(await t1.remove(documentId)).toBe(202);
    expect(await t1.document(documentId)).toBeUndefined();
    const answer = await t1.ask(fact.paraphrases[0]);
    expect(JSON.stringify(answer.events)).not.toContain(documentId);
  });
});

test('a document that cannot be read fails with its reason, and the others go on', async () => {
  const marker = randomInt(1_000_000_000);
  const [broken, sound] = await Promise.all([
    t2.upload(`broken-${marker}.txt`, new Uint8Array([0xff, 0xd8, 0xff, 0, 1, 2, 3, marker % 256])),
    t2.upload(`sound-${marker}.md`, `# Note ${marker}\n\nThe locker of the shop has the number ${marker}.\n`),
  ]);
  const [failed, ready] = await Promise.all([t2.settled(broken), t2.settled(sound)]);
  expect(failed).toMatchObject({ state: 'failed', chunks: 0 });
  expect(failed.reason).toBeTruthy();
  expect(ready).toMatchObject({ state: 'ready' });
  expect((await t2.ask('What number does the locker of the shop have?')).text).toContain(String(marker));
});

test('the same content again is the same document', async () => {
  const content = `The tally of ${randomInt(1_000_000_000)} was counted twice.`;
  const first = await t2.upload('tally.txt', content);
  expect(await t2.upload('tally-again.txt', content)).toBe(first);
});
