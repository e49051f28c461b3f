import { afterAll, describe, expect, it } from 'vitest';
import { TokenRejected, type TokenRejection } from '../../core/identity/jwt/token-rejected.ts';
import { createJwtVerifier } from '../../core/identity/jwt/verify-jwt.ts';
import { clockS, issuerOf, signingKey } from './signed-tokens.ts';

/** What must come of a token: accepted, or refused for this reason. */
export type Verdict = TokenRejection | 'verified';
export type Attack = readonly [name: string, token: string, expected: Verdict];

const [rs, es, ed] = [signingKey('RS256', 'r'), signingKey('ES256', 'e'), signingKey('EdDSA', 'd')];
const other = signingKey('ES256', 'o');
/** Keys of the issuers, and `stranger`, who bears a known name and belongs to none. */
export const attackKeys = { rs, es, ed, other, stranger: signingKey('ES256', 'e') };

const issuers = [
  issuerOf([rs, es, ed]),
  issuerOf([other], { issuer: 'https://other.example/' }),
  // Holds a key of an algorithm that it does not use for tokens.
  issuerOf([signingKey('RS256', 'only'), ed], { issuer: 'https://rs.example/', algorithms: ['RS256'] }),
];

const fetched: string[] = [];
const { verify } = createJwtVerifier({
  issuers,
  now: () => clockS * 1_000,
  fetch: async (address) => {
    fetched.push(address);
    throw new Error('no token may cause this');
  },
});

/** @throws whatever is not a refusal: a test fails with it. */
async function verdictOf(token: string): Promise<Verdict> {
  try {
    await verify(token);
    return 'verified';
  } catch (error) {
    if (!(error instanceof TokenRejected)) throw error;
    return error.reason;
  }
}

/** A test for each attack, one that nothing was fetched, and the sums printed. */
export function tryAttacks(suites: Readonly<Record<string, readonly Attack[]>>): void {
  const seen = new Map<Verdict, number>();
  for (const [section, attacks] of Object.entries(suites)) {
    describe(section, () => {
      for (const [name, token, expected] of attacks) {
        it(`${name}: ${expected}`, async () => {
          const verdict = await verdictOf(token);
          expect(verdict).toBe(expected);
          seen.set(verdict, (seen.get(verdict) ?? 0) + 1);
        });
      }
    });
  }

  it('no token makes a request go out', () => {
    expect(fetched).toEqual([]);
  });

  afterAll(() => {
    const all = [...seen.values()].reduce((sum, n) => sum + n, 0);
    const sums = [...seen].map(([verdict, n]) => `${verdict} ${n}`).sort();
    process.stdout.write(`${all} tokens judged as expected: ${sums.join(', ')}\n`);
  });
}
