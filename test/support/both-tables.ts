import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createDocumentClient, region } from '../../core/aws/clients.ts';
import { createTable } from '../../local/aws/create-table.ts';
import { startDynamoDbLocal } from '../../local/dynamodb-local/start.ts';
import { tables } from '../../stacks/resources.ts';
import { startEmulator } from './emulator.ts';

process.env.AWS_ACCESS_KEY_ID ??= 'test';
process.env.AWS_SECRET_ACCESS_KEY ??= 'test';

/** A new table, and what works on it. */
export interface OnTable<T> {
  readonly documents: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly instance: () => T;
  readonly close: () => Promise<void>;
}

/** @param create what works on a table of that name. */
export type OfTable<T> = (documents: DynamoDBDocumentClient, tableName: string) => T;

function on<T>(
  endpoint: string,
  tableName: string,
  create: OfTable<T>,
  stop: () => Promise<void>,
): OnTable<T> {
  const documents = createDocumentClient({ endpoint, requestTimeoutMs: 20_000 });
  return {
    documents,
    tableName,
    instance: () => create(documents, tableName),
    async close() {
      documents.destroy();
      await stop();
    },
  };
}

/** In DynamoDB Local, which has DynamoDB's own code for expressions. */
export async function onDynamoDbLocal<T>(create: OfTable<T>): Promise<OnTable<T>> {
  const local = await startDynamoDbLocal();
  const client = new DynamoDBClient({ endpoint: local.endpoint, region: region() });
  await createTable(client, 'main', tables.main);
  client.destroy();
  return on(local.endpoint, 'main', create, () => local.stop());
}

/** In the emulator of the local stage. */
export async function onEmulator<T>(create: OfTable<T>): Promise<OnTable<T>> {
  const emulator = await startEmulator();
  return on(emulator.endpoint, emulator.tableName, create, () => emulator.stop());
}
