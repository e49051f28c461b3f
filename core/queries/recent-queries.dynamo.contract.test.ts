import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { tables } from '../../stacks/resources.ts';
import { type OfTable, onDynamoDbLocal, onEmulator } from '../../test/support/both-tables.ts';
import { vouchForTenant } from '../tenants/tenant-id.ts';
import { recentQueriesContract } from './recent-queries.contract.ts';
import { createDynamoRecentQueries } from './recent-queries.dynamo.ts';

const create: OfTable<ReturnType<typeof createDynamoRecentQueries>> = (documents, tableName) =>
  createDynamoRecentQueries({ tables: () => documents, tableName });

recentQueriesContract('DynamoDB Local', () => onDynamoDbLocal(create));
recentQueriesContract('the emulator', () => onEmulator(create));

it('questions stand in the table without who asked, and are cleaned away; more than a page of them is read', async () => {
  const under = await onDynamoDbLocal(create);
  const tenant = vouchForTenant('q1');
  const nowMs = Math.floor(Date.now() / 1_000) * 1_000;
  const query = { atMs: nowMs, messageId: 'msg_1', query: 'Why?', route: 'GENERAL', decidedBy: 'admitted' };
  await under.instance().keep(tenant, query, 24);
  const { Items = [] } = await under.documents.send(new ScanCommand({ TableName: 'main' }));
  expect(Items).toEqual([
    {
      pk: 'TENANT#q1',
      sk: `QUERY#00${nowMs}#msg_1`,
      at: nowMs,
      message_id: 'msg_1',
      query: 'Why?',
      route: 'GENERAL',
      decided_by: 'admitted',
      [tables.main.ttl]: nowMs / 1_000 + 24 * 3_600,
    },
  ]);
  // A page ends after a megabyte.
  const long = '\u4e2d'.repeat(2_000);
  const times = Array.from({ length: 400 }, (_, n) => nowMs - 1 - n);
  for (let n = 0; n < times.length; n += 20) {
    const some = times.slice(n, n + 20);
    await Promise.all(some.map((atMs) => under.instance().keep(tenant, { ...query, atMs, query: long }, 24)));
  }
  const found = await under.instance().since(tenant, 0, nowMs, 1_000);
  expect([found.queries.length, found.more]).toEqual([401, false]);
  expect(found.queries.map(({ atMs }) => atMs)).toEqual([nowMs, ...times]);
  await under.close();
});
