import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll } from 'vitest';
import { type Emulator, startEmulator } from '../../test/support/emulator.ts';
import { createDocumentClient } from '../aws/clients.ts';
import { itemKeys } from '../tenants/item-keys.ts';
import { ledgerContract } from './ledger.contract.ts';
import { createDynamoLedger } from './ledger.dynamo.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
  Object.assign(process.env, emulator.env);
});
afterAll(() => emulator?.stop());

ledgerContract(() => {
  const client = createDocumentClient();
  return {
    ledger: createDynamoLedger(() => client, emulator.tableName),
    setReady: async (tenant, documentId, version, chunks) => {
      await client.send(
        new UpdateCommand({
          TableName: emulator.tableName,
          Key: itemKeys.document(tenant, documentId),
          UpdateExpression: 'SET #state = :ready, chunks = :chunks',
          ConditionExpression: 'version = :version',
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: { ':ready': 'ready', ':chunks': chunks, ':version': version },
        }),
      );
    },
  };
});
