import { createHash, timingSafeEqual } from 'node:crypto';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import { readSecret } from './read-secret.ts';

/**
 * What a header can carry as one value, long enough that nobody guesses it. No comma: a repeated header arrives joined
 * by one, and must not look like a value.
 */
const value = z.string().regex(/^[\x21-\x2b\x2d-\x7e]{32,512}$/);

/**
 * `{accept: [previous, current, next]}`: all three are good at all times, so that a rotation is only the front
 * starting to send the next one, and no warm worker refuses what another one takes.
 */
export const originSecretSchema = z.object({ accept: z.array(value).length(3) });

/** Whether a request, by the value that it carries, came through the stage's own front. */
export type OriginCheck = (presented: string | undefined) => boolean;

/** Compares with each accepted value, in a time that tells nothing of how near a wrong one was. */
export function createOriginCheck({ accept }: z.output<typeof originSecretSchema>): OriginCheck {
  const accepted = accept.map(digest);
  return (presented) => {
    const given = digest(presented ?? '');
    // Every one is compared, so that the time does not tell which of them matched either.
    const matches = accepted.map((each) => timingSafeEqual(each, given));
    return presented !== undefined && matches.includes(true);
  };
}

/**
 * Reads the values of the origin secret; done once, at cold start.
 *
 * @param secretName unset where nothing stands in front of the function: there is no check then.
 * @throws when the secret is missing or malformed, naming it and never its content.
 */
export async function readOriginCheck(
  client: SecretsManagerClient,
  secretName: string | undefined,
): Promise<OriginCheck | undefined> {
  if (secretName === undefined) return undefined;
  const secret = originSecretSchema.safeParse(await readSecret(client, secretName));
  if (!secret.success) throw new Error(`The secret ${secretName} does not hold three origin values.`);
  return createOriginCheck(secret.data);
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
