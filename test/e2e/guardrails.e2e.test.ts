import { randomInt } from 'node:crypto';
import { beforeAll, expect, inject, test } from 'vitest';
import { clientOf, codePoints } from '../support/client.ts';

const url = inject('stageUrl');
const t1 = clientOf(url, 't1');
const desk = clientOf(url, `desk${randomInt(1_000_000_000)}`);

const card = '4111 1111 1111 1111';
const email = 'till@example.com';
const phone = '+49 30 5550 1234';
const document = `The test card of the till is ${card}. Refunds go to ${email} or ${phone}. The manual is at https://till.example/manual today.`;
let documentId = '';

beforeAll(async () => {
  expect((await desk.putConfig({})).status).toBe(200);
  documentId = await desk.upload('desk.txt', document);
  expect(await desk.settled(documentId)).toMatchObject({ state: 'ready' });
});

/** Every byte of a stream, as text. */
async function bytesOf(query: string): Promise<string> {
  const response = await fetch(`${url}/chat`, {
    method: 'POST',
    headers: { 'x-tenant-id': desk.tenant, 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return response.text();
}

async function preview(body: object) {
  const response = await fetch(`${url}/tenant/${desk.tenant}/config/preview`, {
    method: 'POST',
    headers: { 'x-tenant-id': desk.tenant, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, json: (await response.json()) as { queries: unknown[] } };
}

const config = async () =>
  (await fetch(`${url}/tenant/${desk.tenant}/config`, { headers: { 'x-tenant-id': desk.tenant } })).json();

test.each([
  'How do I hack a lock?',
  'How do I H A C K a lock?',
  'How do I h.a.c.k a lock?',
  'How do I ｈａｃｋ a lock?',
  'How do I h\u200bаck a lock?', // an invisible space, and a Cyrillic letter
])('the seed configuration refuses “%s” with its own reason', async (query) => {
  const answer = await t1.ask(query);
  expect(answer.events.map(({ event }) => event)).toEqual(['start', 'refusal', 'usage', 'done']);
  expect(answer.one('refusal')).toEqual({
    reason: 'Security violation',
    rule: { kind: 'refusal_rule', index: 0 },
  });
});

test.each([
  ['What is the number of the test card of the till?', ['[payment card]']],
  ['Where do refunds go?', ['[email]', '[phone]']],
])('“%s” is answered with masks, in the citation as well', async (query, masks) => {
  const answer = await desk.ask(query);
  const [citation] = answer.all('citation');
  for (const mask of masks) {
    expect(answer.text).toContain(mask);
    expect(citation?.quote).toContain(mask);
  }
  // The place is that of the text as it was uploaded.
  const text = await desk.documentText(documentId, 1);
  const place = codePoints(text, citation?.start ?? 0, citation?.end ?? 0);
  expect([card, email, phone].some((value) => place.includes(value))).toBe(true);

  const bytes = await bytesOf(query);
  expect(bytes).toContain(masks[0]);
  for (const digits of ['4111', '1111', '5550', '1234']) expect(bytes).not.toContain(digits);
  expect(bytes).not.toContain('example.com');
});

test('a link in a document to a host that is not allowed is removed, until the host is allowed', async () => {
  const query = 'Where is the manual?';
  const bytes = await bytesOf(query);
  expect(bytes).toContain('The manual is at [link removed] today.');
  expect(bytes).not.toContain('till.example');
  expect((await desk.putConfig({ allowed_link_hosts: ['till.example'] })).status).toBe(200);
  expect((await desk.ask(query)).text).toContain('https://till.example/manual');
});

test('an expression that cannot be read is 422 and named, and nothing is written', async () => {
  const before = await config();
  const sound = { type: 'word', pattern: 'hack', reason: 'No' };
  const response = await desk.putConfig({
    refusal_rules: [sound, { type: 'regex', pattern: 'refund(s', reason: 'No' }],
  });
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({
    errors: [{ field: '/refusal_rules/1/pattern', reason: expect.stringContaining('Unterminated group') }],
  });
  expect(await config()).toEqual(before);
});

test('a preview says what would newly be refused, and writes nothing', async () => {
  const before = await config();
  const rule = { type: 'word', pattern: 'hack', reason: 'Security violation' };
  const { status, json } = await preview({
    config: { tenant_id: desk.tenant, refusal_rules: [rule] },
    queries: ['May I ha-ck it?', 'When is the hackathon?'],
  });
  expect(status).toBe(200);
  expect(json.queries).toMatchObject([
    {
      change: 'newly_refused',
      before: { refused: false },
      after: { refused: true, reason: 'Security violation', rule: { kind: 'refusal_rule', index: 0 } },
      matches: [{ start: 6, end: 11, text: 'ha-ck' }],
    },
    { change: 'same', after: { refused: false }, matches: [] },
  ]);
  expect(await config()).toEqual(before);
  expect((await desk.ask('May I ha-ck it?')).all('refusal')).toEqual([]);
});
