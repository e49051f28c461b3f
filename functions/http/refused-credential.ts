import { TokenRejected } from '../../core/identity/jwt/token-rejected.ts';
import { KeyRejected } from '../../core/identity/keys/key-rejected.ts';

/** What is told of a credential that was judged and refused; never the credential, nor what it says besides. */
export interface RefusedCredential {
  /** A fixed code of ours, such as `signature-wrong`. */
  readonly reason: string;
  /** What it was judged as; `none`: as nothing that the stage takes. */
  readonly mode: 'jwt' | 'key' | 'none';
  /** The name that attempts from there are counted under. */
  readonly address: string;
  /** The tenant that it names, where that has the form of one. Anybody can name any. */
  readonly claimedTenant: string | undefined;
}

/** Writes it as one JSON line on standard output. */
export function logRefusedCredential({ reason, mode, address, claimedTenant }: RefusedCredential): void {
  const line = {
    level: 'warn',
    message: 'credential refused',
    reason,
    mode,
    address,
    ...(claimedTenant !== undefined && { claimed_tenant: claimedTenant }),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** The fixed code that a refusal has in its cause; without one the credential was of no form that is taken. */
export const reasonOf = (cause: unknown): string =>
  cause instanceof TokenRejected || cause instanceof KeyRejected ? cause.reason : 'malformed';
