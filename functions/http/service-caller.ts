import type { ServiceTokenVerifier } from '../../core/identity/service-token.ts';
import { Problem } from '../../core/problems/problem.ts';
import type { TenantId } from '../../core/tenants/tenant-id.ts';

const bearer = /^Bearer ([\w.-]+)$/;
/** How to come back with proof (RFC 9110, 11.6.1). */
const challenge = { 'www-authenticate': 'Bearer' };

/**
 * The tenant that another service of the platform asks for, by the token in its `Authorization` header. Nothing else
 * in such a request can name a tenant.
 *
 * @throws {Problem} `unauthenticated`, with why in its cause.
 */
export async function serviceCaller(
  verify: ServiceTokenVerifier,
  authorization: string | undefined,
): Promise<TenantId> {
  const token = bearer.exec(authorization ?? '')?.[1];
  if (!token) throw new Problem('unauthenticated', 'A service token is required.', { headers: challenge });
  try {
    return await verify(token);
  } catch (cause) {
    throw new Problem('unauthenticated', 'The service token is not valid here.', {
      headers: challenge,
      cause,
    });
  }
}
