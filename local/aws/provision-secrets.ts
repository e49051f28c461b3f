import { randomBytes } from 'node:crypto';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { keyPepperSchema } from '../../core/identity/keys/key-pepper.ts';
import { publicJwksSchema } from '../../core/identity/service-keys.ts';
import { OPERATOR_SECRET } from '../../stacks/resources.ts';
import { physical } from './names.ts';
import { sdkConfig } from './sdk-config.ts';

export interface ServiceKeys {
  readonly private_jwk: JWK;
  readonly public_jwks: { readonly keys: readonly JWK[] };
}

/** What processes hold once they have read it, so the emulator must go on with the same. */
export interface KeptSecrets {
  readonly serviceKeys: ServiceKeys;
  /** base64url of the 32 bytes that API keys are hashed with. */
  readonly keyPepper: string;
}

/**
 * Makes the secrets that are not there yet and returns those that are made once and then kept.
 *
 * @param known what processes already have, when the emulator may have lost it.
 */
export async function provisionSecrets(endpoint: string, known?: KeptSecrets): Promise<KeptSecrets> {
  const client = new SecretsManagerClient(sdkConfig(endpoint));
  try {
    await create(client, OPERATOR_SECRET, async () => ({}));
    const { pepper: keyPepper } = keyPepperSchema.parse(
      await create(client, physical('key-pepper'), async () => ({
        pepper: known?.keyPepper ?? newKeyPepper(),
      })),
    );
    const serviceKeys = await provisionServiceKeys(client, known?.serviceKeys);
    return { serviceKeys, keyPepper };
  } finally {
    client.destroy();
  }
}

async function provisionServiceKeys(
  client: SecretsManagerClient,
  known: ServiceKeys | undefined,
): Promise<ServiceKeys> {
  const keys = await create(client, physical('service-keys'), async () => known ?? newServiceKeys());
  if (publicJwksIn(keys)) return keys as ServiceKeys;
  // Made by an older version of the stage: nothing outlives a token's minute, so other ones do no harm. An emulator that
  // was killed may bring the older form back after it was replaced, when the services already have the new keys.
  const renewed = known ?? (await newServiceKeys());
  await client.send(
    new PutSecretValueCommand({
      SecretId: physical('service-keys'),
      SecretString: JSON.stringify(renewed),
    }),
  );
  return renewed;
}

const publicJwksIn = (secret: unknown) => publicJwksSchema.safeParse(Object(secret).public_jwks).success;

async function create(
  client: SecretsManagerClient,
  name: string,
  make: () => Promise<object>,
): Promise<unknown> {
  try {
    const present = await client.send(new GetSecretValueCommand({ SecretId: name }));
    return JSON.parse(present.SecretString ?? '{}');
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
  const value = await make();
  try {
    await client.send(new CreateSecretCommand({ Name: name, SecretString: JSON.stringify(value) }));
    return value;
  } catch (error) {
    if (!(error instanceof ResourceExistsException)) throw error;
    return create(client, name, make);
  }
}

const newKeyPepper = () => randomBytes(32).toString('base64url');

/** An Ed25519 pair (RFC 8037). */
async function newServiceKeys(): Promise<ServiceKeys> {
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  return {
    private_jwk: await exportJWK(pair.privateKey),
    public_jwks: { keys: [await exportJWK(pair.publicKey)] },
  };
}
