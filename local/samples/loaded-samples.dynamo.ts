import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { physical } from '../aws/names.ts';
import { sdkConfig } from '../aws/sdk-config.ts';
import type { LoadedSamples } from './loaded-samples.ts';

/** No tenant's partition: those begin with `TENANT#`. */
const pk = 'STAGE';
const prefix = 'SAMPLE#';

/**
 * Items of the table that the documents are recorded in: what empties it, or takes it back to an earlier state,
 * does the same to these.
 */
export function createDynamoLoadedSamples(endpoint: string): LoadedSamples {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(sdkConfig(endpoint)));
  const TableName = physical('main');
  return {
    async all() {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk and begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
        }),
      );
      return new Set(Items.map((item) => String(item.sk).slice(prefix.length)));
    },
    async add(sample) {
      await client.send(new PutCommand({ TableName, Item: { pk, sk: prefix + sample } }));
    },
  };
}
