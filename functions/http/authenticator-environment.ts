import { z } from 'zod';
import { authIssuersVariable } from '../../core/identity/jwt/issuers.ts';
import { createJwtVerifier } from '../../core/identity/jwt/verify-jwt.ts';
import { type Authenticator, createAuthenticator } from './authenticate.ts';
import { authModes } from './caller.ts';

/** How callers prove themselves, as the stage's environment says; no mode is on unless it is named. */
export const authenticatorEnvironment = {
  AUTH_MODES: z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((mode) => mode.trim())
        .filter(Boolean),
    )
    .pipe(z.array(z.enum(authModes))),
  AUTH_ISSUERS: authIssuersVariable,
};

/** @throws when tokens are to be taken and nobody is trusted to issue them. */
export function createStageAuthenticator(
  env: z.output<z.ZodObject<typeof authenticatorEnvironment>>,
): Authenticator {
  if (!env.AUTH_MODES.includes('jwt')) return createAuthenticator(env.AUTH_MODES);
  if (env.AUTH_ISSUERS.length === 0) {
    throw new Error(
      'The environment is incomplete. AUTH_ISSUERS: must name an issuer where AUTH_MODES has jwt',
    );
  }
  const tokens = createJwtVerifier({ issuers: env.AUTH_ISSUERS, now: () => Date.now(), fetch });
  return createAuthenticator(env.AUTH_MODES, tokens);
}
