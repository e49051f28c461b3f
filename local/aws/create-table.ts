import {
  type AttributeDefinition,
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  type GlobalSecondaryIndex,
  type KeySchemaElement,
  ResourceInUseException,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import type { IndexResource, TableResource } from '../../stacks/resources.ts';

/** Creates a table as the resources describe it; where it is there already, gives it the indexes that it lacks. */
export async function createTable(client: DynamoDBClient, name: string, table: TableResource): Promise<void> {
  const indexes = Object.entries(table.indexes).map(([index, described]) => indexOf(index, described));
  try {
    await client.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: attributesOf(table),
        KeySchema: keyOf(table),
        ...(indexes.length > 0 && { GlobalSecondaryIndexes: indexes }),
      }),
    );
    await client.send(
      new UpdateTimeToLiveCommand({
        TableName: name,
        TimeToLiveSpecification: { AttributeName: table.ttl, Enabled: true },
      }),
    );
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
    await addIndexes(client, name, table, indexes);
  }
}

/** A table that an older version of the stage made. One index at a time, as DynamoDB asks. */
async function addIndexes(
  client: DynamoDBClient,
  name: string,
  table: TableResource,
  indexes: readonly GlobalSecondaryIndex[],
): Promise<void> {
  const { Table: present } = await client.send(new DescribeTableCommand({ TableName: name }));
  const known = (present?.GlobalSecondaryIndexes ?? []).map(({ IndexName }) => IndexName);
  for (const index of indexes.filter(({ IndexName }) => !known.includes(IndexName))) {
    await client.send(
      new UpdateTableCommand({
        TableName: name,
        AttributeDefinitions: attributesOf(table),
        GlobalSecondaryIndexUpdates: [{ Create: index }],
      }),
    );
  }
}

type Keys = Pick<TableResource, 'partitionKey' | 'sortKey'>;

const keyOf = ({ partitionKey, sortKey }: Keys): KeySchemaElement[] => [
  { AttributeName: partitionKey, KeyType: 'HASH' },
  { AttributeName: sortKey, KeyType: 'RANGE' },
];

/** Every attribute that is a key of the table or of an index, once. */
function attributesOf(table: TableResource): AttributeDefinition[] {
  const keys = [table, ...Object.values(table.indexes)].flatMap((each) => [each.partitionKey, each.sortKey]);
  return [...new Set(keys)].map((AttributeName) => ({ AttributeName, AttributeType: 'S' }));
}

const indexOf = (IndexName: string, described: IndexResource): GlobalSecondaryIndex => ({
  IndexName,
  KeySchema: keyOf(described),
  Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...described.attributes] },
});
