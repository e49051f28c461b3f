import { describe, expect, it } from 'vitest';
import { type ScriptedAnswer as Answer, scriptedDynamoDb } from '../../test/support/scripted-dynamodb.ts';
import { vouchForTenant } from '../tenants/tenant-id.ts';
import { AdmissionUnsure } from './admission.ts';
import type { Reservation, Used } from './schema.ts';
import { createDynamoSettlement } from './settlement.dynamo.ts';

const NOW = Date.parse('2026-09-21T13:00:00Z');
const tenant = vouchForTenant('t1');
const reservation: Reservation = {
  id: 'm1',
  tokens: 400,
  tokenUs: 60_000,
  costMicroUsd: 20,
  atMs: NOW - 5_000,
  day: '2026-09-21',
};
const used: Used = { promptTokens: 100, completionTokens: 50, costMicroUsd: 8 };

interface Request {
  readonly ClientRequestToken: string;
  readonly TransactItems: { readonly Update: { UpdateExpression: string; ConditionExpression: string } }[];
}

function scripted(answers: readonly Answer[]) {
  const { documents, requests } = scriptedDynamoDb<Request>(answers);
  const settlement = createDynamoSettlement({ tables: () => documents, tableName: 'main', deadlineMs: 300 });
  return { settle: (nowMs = NOW) => settlement.settle(tenant, reservation, used, nowMs), requests };
}

const written: Answer = { status: 200, body: {} };
const cancelled = (...reasons: object[]): Answer => ({
  status: 400,
  type: 'TransactionCanceledException',
  body: { message: 'cancelled', CancellationReasons: reasons },
});
const none = { Code: 'None' };
/** The item as a failed condition shows it. */
const item = (open: readonly string[], more: object = {}) => ({
  open: { M: Object.fromEntries(open.map((id) => [id, { M: { t: { N: '400' } } }])) },
  ...more,
});
const failed = (Item: object) => cancelled({ Code: 'ConditionalCheckFailed', Item }, none);
const busy = { tat_tokens: { N: String(NOW * 1_000 + 1) }, cost_day: { S: '2026-09-21' } };
const broken = Object.assign(new Error('ECONNRESET'), { code: 'ECONNRESET' });

describe('settlement over DynamoDB', () => {
  it('is one transaction', async () => {
    const { settle, requests } = scripted([written]);
    expect(await settle()).toBe('settled');
    expect(requests).toHaveLength(1);
    expect(requests[0]?.TransactItems.map(({ Update }) => Update.UpdateExpression)).toEqual([
      'REMOVE #open.#id SET #held = #held - :held, #tat = :tat, #tat_held = #held + :rest, #cost = #cost + :difference',
      'ADD requests :one, prompt_tokens :prompt, completion_tokens :completion, cost_micro :cost',
    ]);
    expect(requests[0]?.TransactItems[0]?.Update.ConditionExpression).toMatch(
      /^attribute_exists\(#open\.#id\) AND /,
    );
  });

  it('guesses anew from the item that a failed condition returns, under another token', async () => {
    const { settle, requests } = scripted([failed(item(['m1'], busy)), written]);
    expect(await settle()).toBe('settled');
    expect(requests.map(({ TransactItems }) => TransactItems[0]?.Update.UpdateExpression)[1]).toBe(
      'REMOVE #open.#id SET #held = #held - :held, #tat = #tat + :spent, #tat_held = #tat_held + :change,' +
        ' #cost = #cost + :difference',
    );
    expect(requests[0]?.ClientRequestToken).not.toBe(requests[1]?.ClientRequestToken);
  });

  it('needs one transaction when the tenant is as this process left it', async () => {
    const { settle, requests } = scripted([failed(item(['m1'], busy)), written]);
    await settle();
    await settle(NOW + 1);
    // Twice 150 tokens of 60 ms have drained.
    await settle(NOW + 20_000);
    const busyOnes = requests.map(({ TransactItems }) =>
      TransactItems[0]?.Update.ConditionExpression.includes('#tat > :now'),
    );
    expect(busyOnes).toEqual([false, true, true, false]);
  });

  it('finds it settled when its entry is gone, and writes no more', async () => {
    const { settle, requests } = scripted([failed(item(['m2'])), written]);
    expect(await settle()).toBe('already');
    expect(requests).toHaveLength(1);
  });

  it.each<[string, Answer]>([
    ['another writer of the item', cancelled({ Code: 'TransactionConflict' }, none)],
    ['another writer of the usage', cancelled(none, { Code: 'TransactionConflict' })],
    ['throttling of one of the items', cancelled({ Code: 'ThrottlingError' }, none)],
    ['throttling of all', { status: 400, type: 'ThrottlingException' }],
    ['itself, which is under way still', { status: 400, type: 'TransactionInProgressException' }],
    ['a time-out', Object.assign(new Error('late'), { name: 'TimeoutError' })],
    ['a connection that broke after sending', broken],
    ['an internal error of the store', { status: 500, type: 'InternalServerError' }],
  ])('is repeated as the same transaction after %s', async (_, answer) => {
    const { settle, requests } = scripted([answer, answer, written]);
    expect(await settle()).toBe('settled');
    expect(new Set(requests.map(({ ClientRequestToken }) => ClientRequestToken)).size).toBe(1);
    expect(requests).toHaveLength(3);
    expect(requests[0]?.ClientRequestToken).toMatch(/^[\w-]{36}$/);
  });

  it('is unsure when conflicts outlast the deadline', async () => {
    const { settle } = scripted([cancelled({ Code: 'TransactionConflict' }, none)]);
    const begun = performance.now();
    await expect(settle()).rejects.toBeInstanceOf(AdmissionUnsure);
    expect(performance.now() - begun).toBeLessThan(1_000);
  });

  it('is unsure when an item keeps contradicting itself', async () => {
    const { settle, requests } = scripted([failed(item(['m1'], busy))]);
    await expect(settle()).rejects.toBeInstanceOf(AdmissionUnsure);
    expect(requests).toHaveLength(5);
  });

  it.each<[string, Answer, string]>([
    ['a missing permission', { status: 400, type: 'AccessDeniedException' }, 'AccessDeniedException'],
    [
      'a wrong expression',
      cancelled({ Code: 'ValidationError', Message: 'no' }, none),
      'TransactionCanceledException',
    ],
  ])('lets %s surface as what it is', async (_, answer, name) => {
    const { settle, requests } = scripted([answer]);
    await expect(settle()).rejects.toMatchObject({ name });
    expect(requests).toHaveLength(1);
  });
});
