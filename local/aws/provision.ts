import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type TableName, tables } from '../../stacks/resources.ts';
import { createTable } from './create-table.ts';
import type { Settings } from './function-env.ts';
import { physical } from './names.ts';
import { provisionBuckets } from './provision-buckets.ts';
import { provisionFunctions } from './provision-functions.ts';
import { provisionQueues } from './provision-queues.ts';
import { type KeptSecrets, provisionSecrets } from './provision-secrets.ts';
import { provisionStateMachines } from './provision-state-machines.ts';
import { sdkConfig } from './sdk-config.ts';

/** Makes the tables of the resources; data that is there stays. */
export async function provisionTables(endpoint: string): Promise<void> {
  const client = new DynamoDBClient(sdkConfig(endpoint));
  try {
    await Promise.all(
      (Object.keys(tables) as TableName[]).map((name) => createTable(client, physical(name), tables[name])),
    );
  } finally {
    client.destroy();
  }
}

/**
 * Makes everything that `stacks/resources.ts` describes on the emulated AWS, functions behind URLs excepted: those
 * run in the Lambda host. May run again at any time: what is there is brought up to date, and data stays.
 *
 * @param options.settings what functions' settings are read from.
 * @param options.taskHost where the Lambda host takes events of task functions; without one each runs by itself.
 * @param options.secrets the secrets to put there when there are none, in place of new ones.
 */
export async function provision(
  endpoint: string,
  options: { settings: Settings; taskHost?: string; secrets?: KeptSecrets },
): Promise<void> {
  await Promise.all([
    provisionSecrets(endpoint, options.secrets),
    provisionTables(endpoint),
    provisionQueues(endpoint),
  ]);
  await provisionFunctions(endpoint, options);
  // These name queues and functions, which must be there first.
  await Promise.all([provisionBuckets(endpoint), provisionStateMachines(endpoint)]);
}
