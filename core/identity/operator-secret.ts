import { ResourceNotFoundException, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import { readSecret } from './read-secret.ts';

/** An empty text is how a secret says that a key is not there. */
const key = z
  .string()
  .optional()
  .transform((text) => text || undefined);
const operatorSecretSchema = z.object({ OPENAI_API_KEY: key, LANGSMITH_API_KEY: key });

/** Keys of services outside that the operator may bring. */
export interface OperatorSecret {
  /** Of the engine, when that is somebody else's. */
  readonly openAiApiKey: string | undefined;
  readonly langsmithApiKey: string | undefined;
}

/**
 * Reads the operator's secret; done once, at cold start. A stage without the secret has no keys.
 *
 * @throws when it is there and cannot be read or is malformed, naming it and never its content.
 */
export async function readOperatorSecret(
  client: SecretsManagerClient,
  secretName: string,
): Promise<OperatorSecret> {
  const json = await readSecret(client, secretName).catch((error: unknown) => {
    if (error instanceof Error && error.cause instanceof ResourceNotFoundException) return {};
    throw error;
  });
  const secret = operatorSecretSchema.safeParse(json);
  if (!secret.success) {
    throw new Error(`The secret ${secretName} does not hold OPENAI_API_KEY and LANGSMITH_API_KEY as texts.`);
  }
  return { openAiApiKey: secret.data.OPENAI_API_KEY, langsmithApiKey: secret.data.LANGSMITH_API_KEY };
}
