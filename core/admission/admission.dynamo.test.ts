import { describe, expect, it } from 'vitest';
import { type ScriptedAnswer as Answer, scriptedDynamoDb } from '../../test/support/scripted-dynamodb.ts';
import { vouchForTenant } from '../tenants/tenant-id.ts';
import { createDynamoAdmission } from './admission.dynamo.ts';
import { AdmissionUnsure, UnknownTenant } from './admission.ts';
import type { Limit } from './schema.ts';

const NOW = 1_790_000_000_000;
const NOW_US = NOW * 1_000;
const tenant = vouchForTenant('t1');
const limits: Limit[] = [
  { bucket: 'minute', capacity: 60, periodMs: 60_000 },
  { bucket: 'hour', capacity: 1_000, periodMs: 3_600_000 },
];

type Request = { UpdateExpression: string; ConditionExpression: string };

function scripted(answers: readonly Answer[], maxAttempts = 1) {
  const { documents, requests } = scriptedDynamoDb<Request>(answers, maxAttempts);
  return {
    admission: createDynamoAdmission({ tables: () => documents, tableName: 'main', deadlineMs: 150 }),
    requests,
  };
}

const item = (minute?: number, hour?: number) => ({
  pk: { S: 'TENANT#t1' },
  sk: { S: 'ADMISSION' },
  config_version: { N: '4' },
  ...(minute !== undefined && { tat_minute: { N: String(minute) } }),
  ...(hour !== undefined && { tat_hour: { N: String(hour) } }),
});
const held = (minute: number, hour: number): Answer => ({
  status: 200,
  body: { Attributes: item(minute, hour) },
});
const failed = (Item?: object): Answer => ({
  status: 400,
  type: 'ConditionalCheckFailedException',
  body: { message: 'The conditional request failed', ...(Item && { Item }) },
});
const refusedBefore = (type: string): Answer => ({ status: 400, type, body: { message: type } });
const broken = (code: string) => Object.assign(new Error(code), { code });
const admitted = held(NOW_US + 1_000_000, NOW_US + 3_600_000);

describe('admission over DynamoDB', () => {
  it('guesses anew from the item that a failed condition returns', async () => {
    const { admission, requests } = scripted([failed(item()), admitted]);
    expect(await admission.admit(tenant, limits, NOW)).toMatchObject({ admitted: true, configVersion: 4 });
    expect(requests.map((request) => request.UpdateExpression)).toEqual([
      'SET #tat_minute = #tat_minute + :emission_minute, #tat_hour = #tat_hour + :emission_hour',
      'SET #tat_minute = :next_minute, #tat_hour = :next_hour',
    ]);
  });

  it('needs one write when the tenant is as this process left it', async () => {
    const { admission, requests } = scripted([failed(item()), admitted]);
    await admission.admit(tenant, limits, NOW);
    await admission.admit(tenant, limits, NOW);
    await admission.admit(tenant, limits, NOW + 500);
    expect(requests).toHaveLength(4);
  });

  it('refuses only on an item that proves it', async () => {
    const { admission, requests } = scripted([failed(item(NOW_US + 59_000_001, NOW_US + 1))]);
    const decision = await admission.admit(tenant, limits, NOW);
    expect(decision).toMatchObject({
      admitted: false,
      decidedBy: 'minute',
      retryAfterMs: 1,
      configVersion: 4,
    });
    expect(requests).toHaveLength(1);
  });

  it('decides within four tries however others get in between', async () => {
    const busy = NOW_US + 1;
    const full = NOW_US + 60_000_000;
    const { admission, requests } = scripted([
      failed(item()),
      failed(item(busy)),
      failed(item(busy, busy)),
      failed(item(full, busy)),
    ]);
    expect(await admission.admit(tenant, limits, NOW)).toMatchObject({
      admitted: false,
      decidedBy: 'minute',
    });
    expect(requests).toHaveLength(4);
  });

  it('is unsure, and does not refuse, when an item keeps contradicting itself', async () => {
    const { admission, requests } = scripted([failed(item(NOW_US + 1, NOW_US + 1))]);
    await expect(admission.admit(tenant, limits, NOW)).rejects.toBeInstanceOf(AdmissionUnsure);
    expect(requests).toHaveLength(4);
  });

  it('knows no tenant without an item', async () => {
    const { admission } = scripted([failed()]);
    await expect(admission.admit(tenant, limits, NOW)).rejects.toBeInstanceOf(UnknownTenant);
  });

  it.each([
    ['a time-out', Object.assign(broken('ETIMEDOUT'), { name: 'TimeoutError' })],
    ['a connection that broke after sending', broken('ECONNRESET')],
    ['a broken pipe', broken('EPIPE')],
    ['an internal error of the store', { status: 500, type: 'InternalServerError' }],
    ['an unavailable store', { status: 503, type: 'ServiceUnavailable' }],
  ])('is unsure after %s and does not write again', async (_name, answer) => {
    const { admission, requests } = scripted([answer, admitted]);
    await expect(admission.admit(tenant, limits, NOW)).rejects.toBeInstanceOf(AdmissionUnsure);
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['throttling of the table', refusedBefore('ProvisionedThroughputExceededException')],
    ['throttling of the account', refusedBefore('ThrottlingException')],
    ['too many requests', refusedBefore('RequestLimitExceeded')],
    ['a transaction on the item', refusedBefore('TransactionConflictException')],
    ['a refused connection', broken('ECONNREFUSED')],
  ])('tries again after %s, which proves that nothing was written', async (_name, answer) => {
    const { admission, requests } = scripted([answer, admitted]);
    expect(await admission.admit(tenant, limits, NOW)).toMatchObject({ admitted: true });
    expect(requests).toHaveLength(2);
  });

  it('is unsure when throttling outlasts the deadline', async () => {
    const { admission } = scripted([refusedBefore('ThrottlingException')]);
    const begun = performance.now();
    await expect(admission.admit(tenant, limits, NOW)).rejects.toBeInstanceOf(AdmissionUnsure);
    expect(performance.now() - begun).toBeLessThan(1_000);
  });

  it('lets a missing permission surface as what it is', async () => {
    const { admission, requests } = scripted([refusedBefore('AccessDeniedException')]);
    await expect(admission.admit(tenant, limits, NOW)).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    expect(requests).toHaveLength(1);
  });

  it('does not take a client that repeats writes by itself', async () => {
    const { admission, requests } = scripted([admitted], 3);
    await expect(admission.admit(tenant, limits, NOW)).rejects.toBeInstanceOf(TypeError);
    expect(requests).toHaveLength(0);
  });
});
