import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import { readSecret } from '../read-secret.ts';

/** `{pepper}`: 32 bytes as base64url (RFC 4648, 5) without padding, in the one spelling that leaves no bit over. */
export const keyPepperSchema = z.object({
  pepper: z.string().regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/),
});

/**
 * Reads what the hashes of API keys are made with; done once, at cold start, and only where the stage takes keys.
 *
 * @returns 32 bytes.
 * @throws when the secret is missing or malformed, naming it and never its content.
 */
export async function readKeyPepper(client: SecretsManagerClient, secretName: string): Promise<Uint8Array> {
  const secret = keyPepperSchema.safeParse(await readSecret(client, secretName));
  if (!secret.success) throw new Error(`The secret ${secretName} does not hold a pepper of 32 bytes.`);
  return Buffer.from(secret.data.pepper, 'base64url');
}
