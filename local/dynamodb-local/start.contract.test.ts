import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DynamoDBClient,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DynamoDbLocal, startDynamoDbLocal } from './start.ts';

const TableName = 'counters';
const listenState = '0A';
const endTimeoutMs = 5_000;

let local: DynamoDbLocal;
let client: DynamoDBClient;

beforeAll(async () => {
  local = await startDynamoDbLocal();
  client = new DynamoDBClient({
    endpoint: local.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
  );
});

afterAll(async () => {
  client?.destroy();
  await local?.stop();
});

/** Adds one to the counter of `pk` while it is below `limit`. */
function takeOne(pk: string, limit: number) {
  return client.send(
    new UpdateItemCommand({
      TableName,
      Key: { pk: { S: pk } },
      UpdateExpression: 'ADD taken :one',
      ConditionExpression: 'attribute_not_exists(taken) OR taken < :limit',
      ExpressionAttributeValues: { ':one': { N: '1' }, ':limit': { N: String(limit) } },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    }),
  );
}

test('a failed condition returns the item as it stands', async () => {
  await takeOne('a', 1);
  const error: unknown = await takeOne('a', 1).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConditionalCheckFailedException);
  expect((error as ConditionalCheckFailedException).Item).toEqual({ pk: { S: 'a' }, taken: { N: '1' } });
});

test('conditions hold under writers at once', async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 100 }, () => takeOne('b', 7)));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(7);
});

test('arithmetic in a condition is rejected, as by DynamoDB itself', async () => {
  const update = new UpdateItemCommand({
    TableName,
    Key: { pk: { S: 'a' } },
    UpdateExpression: 'SET taken = :one',
    ConditionExpression: 'taken + :one < :one',
    ExpressionAttributeValues: { ':one': { N: '1' } },
  });
  await expect(client.send(update)).rejects.toThrow('Syntax error');
});

/** Addresses, in the kernel's notation, that listen on `port`. */
function listeningOn(port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return ['/proc/net/tcp', '/proc/net/tcp6']
    .flatMap((file) => readFileSync(file, 'utf8').trim().split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, address, , state]) => state === listenState && address?.endsWith(suffix))
    .map(([, address = '']) => address.slice(0, -suffix.length));
}

test('listens on the loopback interface only', () => {
  const addresses = listeningOn(Number(new URL(local.endpoint).port));
  expect(addresses).toHaveLength(1);
  // 127.0.0.1 in network order, alone or mapped into IPv6.
  expect(addresses[0]).toMatch(/^(0{16}FFFF0000)?0100007F$/);
});

test('ends when its parent is killed', async () => {
  const program = `import { startDynamoDbLocal } from ${JSON.stringify(new URL('start.ts', import.meta.url).href)};
    console.log((await startDynamoDbLocal()).endpoint);`;
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(parent.stdout, 'data');
  const port = Number(new URL(String(line).trim()).port);
  expect(listeningOn(port)).toHaveLength(1);
  parent.kill('SIGKILL');
  const deadline = Date.now() + endTimeoutMs;
  while (listeningOn(port).length > 0 && Date.now() < deadline) await sleep(50);
  expect(listeningOn(port)).toEqual([]);
});
