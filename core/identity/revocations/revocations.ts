import { z } from 'zod';

/** What a tenant has taken back of the tokens that issuers gave out for it. */
export interface Revocations {
  /** Tokens whose `iat` is before this are refused; epoch seconds, 0: none is. */
  readonly issuedBeforeS: number;
  /** Tokens refused by their `jti`; `untilS`: from when on, in epoch seconds, the entry may be forgotten. */
  readonly tokens: readonly { readonly id: string; readonly untilS: number }[];
}

export const nothingRevoked: Revocations = { issuedBeforeS: 0, tokens: [] };

/** A `jti` as tokens may have it. */
export const tokenId = z
  .string()
  .min(1, 'must have 1 to 200 characters')
  .max(200, 'must have 1 to 200 characters')
  .regex(/^\P{Cc}*$/u, 'must not hold control characters');

/** Entries that are still needed, at the most: together they fit into one item of the table. */
export const MAX_REVOKED_TOKENS = 500;

/**
 * An entry may be forgotten when no token that it could mean is good any more. A token lives for 24 h and a minute at the most
 * (`lives-too-long`), is taken for a minute after its end, and may come from a clock a minute ahead: three minutes.
 * Two more for clocks of ours.
 */
export const KEPT_AFTER_REVOCATION_S = 86_400 + 300;

/** Whether the token was taken back, by its `jti` or by when it was issued. */
export const isRevoked = (
  { issuedBeforeS, tokens }: Revocations,
  token: { readonly id: string | undefined; readonly issuedAtS: number },
): boolean => token.issuedAtS < issuedBeforeS || tokens.some(({ id }) => id === token.id);

/**
 * With this token taken back and without what may be forgotten; the very same object when it was taken back already, and
 * `too-many` when there is no room.
 */
export function withTokenRevoked(
  held: Revocations,
  id: string,
  nowMs: number,
  maxTokens = MAX_REVOKED_TOKENS,
): Revocations | 'too-many' {
  const live = held.tokens.filter(({ untilS }) => untilS * 1_000 > nowMs);
  if (live.some((token) => token.id === id)) return held;
  if (live.length >= maxTokens) return 'too-many';
  const untilS = Math.ceil(nowMs / 1_000) + KEPT_AFTER_REVOCATION_S;
  return { ...held, tokens: [...live, { id, untilS }] };
}

/** With everything issued before then taken back; the very same object when it was already: the moment only ever grows. */
export function withIssuedBefore(held: Revocations, issuedBeforeS: number, nowMs: number): Revocations {
  if (!Number.isSafeInteger(issuedBeforeS)) throw new RangeError('a moment in whole seconds');
  if (issuedBeforeS <= held.issuedBeforeS) return held;
  return { issuedBeforeS, tokens: held.tokens.filter(({ untilS }) => untilS * 1_000 > nowMs) };
}
