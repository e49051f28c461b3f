import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { QueryCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { createDocumentClient } from '../../core/aws/clients.ts';
import { arns, physical } from '../../local/aws/names.ts';
import { secretNameOf } from '../../stacks/access/policies.ts';
import { OPERATOR_SECRET, secrets, tenantList } from '../../stacks/resources.ts';
import { allowedOf } from './allowed-of.ts';
import { emulatedPlace } from './emulated-place.ts';
import type { Credentials } from './emulated-roles.ts';

/**
 * Tries to read every secret, to ask the list of tenants, and all that can be granted with executions.
 *
 * @returns what was allowed: secrets by their names in `resources.ts`, and operations; in alphabetical order.
 * @throws what fails for another reason than that it is denied.
 */
export async function tryGrants(
  endpoint: string,
  credentials: Credentials,
): Promise<{ readonly secrets: string[]; readonly executions: string[]; readonly tenantList: string[] }> {
  const options = { endpoint, region: emulatedPlace.region, credentials, maxAttempts: 1 };
  const secretsManager = new SecretsManagerClient(options);
  const sfn = new SFNClient(options);
  const documents = createDocumentClient({ endpoint, credentials, maxAttempts: 1 });
  const list = { TableName: physical(tenantList.table), IndexName: tenantList.index };
  const stateMachineArn = arns.stateMachine('ingest');
  const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:none`;
  const names = [...Object.keys(secrets), OPERATOR_SECRET];
  try {
    return {
      secrets: await allowedOf(
        Object.fromEntries(
          names.map((name) => {
            const SecretId = secretNameOf(emulatedPlace, name);
            return [name, () => secretsManager.send(new GetSecretValueCommand({ SecretId }))];
          }),
        ),
      ),
      executions: await allowedOf(
        {
          describe: () => sfn.send(new DescribeExecutionCommand({ executionArn })),
          list: () => sfn.send(new ListExecutionsCommand({ stateMachineArn })),
          start: () => sfn.send(new StartExecutionCommand({ stateMachineArn, input: '{}' })),
        },
        'ExecutionDoesNotExist',
      ),
      tenantList: await allowedOf({
        query: () =>
          documents.send(
            new QueryCommand({
              ...list,
              KeyConditionExpression: 'listed = :listed',
              ExpressionAttributeValues: { ':listed': 'TENANT' },
            }),
          ),
        scan: () => documents.send(new ScanCommand(list)),
      }),
    };
  } finally {
    documents.destroy();
    secretsManager.destroy();
    sfn.destroy();
  }
}
