import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { region } from '../aws/clients.ts';

/** A client with bounded waits: a cold start that hangs is worse than one that fails and is tried again. */
export function createSecretsClient(): SecretsManagerClient {
  return new SecretsManagerClient({
    region: region(),
    maxAttempts: 3,
    requestHandler: { requestTimeout: 2_000, throwOnRequestTimeout: true, connectionTimeout: 1_000 },
  });
}

/**
 * The JSON that a secret holds; `undefined` when it holds none.
 *
 * @throws when it cannot be read, naming it and never its content; the cause is Secrets Manager's.
 */
export async function readSecret(client: SecretsManagerClient, secretName: string): Promise<unknown> {
  const { SecretString } = await client
    .send(new GetSecretValueCommand({ SecretId: secretName }))
    .catch((cause: unknown) => {
      throw new Error(`The secret ${secretName} cannot be read.`, { cause });
    });
  try {
    return JSON.parse(SecretString ?? '');
  } catch {
    return undefined;
  }
}
