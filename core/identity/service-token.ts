import { calculateJwkThumbprint, createLocalJWKSet, importJWK, type JWK, jwtVerify, SignJWT } from 'jose';
import { type TenantId, vouchForTenant } from '../tenants/tenant-id.ts';

/** The services that take such tokens; a token for one is worthless at another. */
export type ServiceAudience = 'rag' | 'orchestrator' | 'tools';

const issuer = 'atrium-router';
const lifetimeS = 60;

/** Makes the token that names the tenant of a call between services: Ed25519 (RFC 8037), a minute's life. */
export type ServiceTokenSigner = (tenant: TenantId, audience: ServiceAudience) => Promise<string>;

/** @throws {TypeError} when the key is not an Ed25519 private key. */
export async function createServiceTokenSigner(privateJwk: JWK): Promise<ServiceTokenSigner> {
  if (!privateJwk.d || privateJwk.crv !== 'Ed25519') throw new TypeError('not an Ed25519 private key');
  const key = await importJWK(privateJwk, 'EdDSA');
  const kid = await keyId(privateJwk);
  return (tenant, audience) =>
    new SignJWT({ tenant_id: tenant })
      .setProtectedHeader({ alg: 'EdDSA', kid })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(`${lifetimeS}s`)
      .sign(key);
}

/** Checks a token and vouches for the tenant that it names; rejects with jose's errors otherwise. */
export type ServiceTokenVerifier = (token: string) => Promise<TenantId>;

/**
 * A verifier for one audience; 5 s of clock difference are forgiven.
 *
 * @param publicJwks the keys that tokens may be signed with: more than the current one while keys are replaced.
 */
export async function createServiceTokenVerifier(
  publicJwks: readonly JWK[],
  audience: ServiceAudience,
): Promise<ServiceTokenVerifier> {
  const keys = await Promise.all(publicJwks.map(async (jwk) => ({ ...plain(jwk), kid: await keyId(jwk) })));
  const key = createLocalJWKSet({ keys });
  return async (token) => {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['EdDSA'],
      issuer,
      audience,
      maxTokenAge: `${lifetimeS}s`,
      clockTolerance: 5,
      requiredClaims: ['tenant_id', 'exp', 'iat'],
    });
    return vouchForTenant(String(payload.tenant_id));
  };
}

/** Only what makes the key: no private part, and no `kid` that somebody else chose. */
const plain = ({ kty, crv, x }: JWK) => ({ kty, crv, x }) as JWK;

/** A key is known by its thumbprint (RFC 7638), so nobody has to hand out names. */
const keyId = (jwk: JWK) => calculateJwkThumbprint(plain(jwk));
