import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { tables } from '../../stacks/resources.ts';
import { type OfTable, onDynamoDbLocal, onEmulator } from '../../test/support/both-tables.ts';
import { vouchForTenant } from '../tenants/tenant-id.ts';
import { cancellationsContract } from './cancellations.contract.ts';
import { createDynamoCancellations } from './cancellations.dynamo.ts';

const create: OfTable<ReturnType<typeof createDynamoCancellations>> = (documents, tableName) =>
  createDynamoCancellations({ tables: () => documents, tableName });

cancellationsContract('DynamoDB Local', () => onDynamoDbLocal(create));
cancellationsContract('the emulator', () => onEmulator(create));

it('wishes are cleaned away after ten minutes, and do not show who has them', async () => {
  const under = await onDynamoDbLocal(create);
  const nowMs = Math.floor(Date.now() / 1_000) * 1_000;
  await under.instance().ask(vouchForTenant('c1'), 'msg_1', 'jwt:ann@example.com', nowMs);
  const { Items = [] } = await under.documents.send(new ScanCommand({ TableName: 'main' }));
  expect(Items).toEqual([
    {
      pk: 'TENANT#c1',
      sk: expect.stringMatching(/^CANCEL#msg_1#[\w-]{43}$/),
      [tables.main.ttl]: nowMs / 1_000 + 600,
    },
  ]);
  await under.close();
});
