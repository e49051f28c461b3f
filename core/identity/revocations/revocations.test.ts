import { describe, expect, it } from 'vitest';
import { leewayS, maxAheadS } from '../jwt/read-claims.ts';
import {
  isRevoked,
  KEPT_AFTER_REVOCATION_S,
  nothingRevoked,
  tokenId,
  withIssuedBefore,
  withTokenRevoked,
} from './revocations.ts';

const NOW = 1_790_000_000_500;

describe('a token', () => {
  const token = { id: 'one', issuedAtS: 1_000 };

  it('is not revoked where nothing is', () => {
    expect(isRevoked(nothingRevoked, token)).toBe(false);
    expect(isRevoked(nothingRevoked, { id: undefined, issuedAtS: 0 })).toBe(false);
  });

  it('is revoked by its own name, to the letter', () => {
    const revocations = { issuedBeforeS: 0, tokens: [{ id: 'one', untilS: 1 }] };
    expect(isRevoked(revocations, token)).toBe(true);
    for (const id of ['One', 'one ', 'on', '', undefined]) {
      expect(isRevoked(revocations, { ...token, id })).toBe(false);
    }
  });

  it('is revoked when it was issued before the moment, and not in its second', () => {
    expect(isRevoked({ issuedBeforeS: 1_001, tokens: [] }, token)).toBe(true);
    expect(isRevoked({ issuedBeforeS: 1_001, tokens: [] }, { ...token, id: undefined })).toBe(true);
    expect(isRevoked({ issuedBeforeS: 1_000, tokens: [] }, token)).toBe(false);
  });
});

describe('an entry', () => {
  it('outlives every token that it can mean, with the leeway of clocks at each place', () => {
    // Issued a minute ahead of us, as long as can be, and taken for a minute after its end.
    expect(KEPT_AFTER_REVOCATION_S).toBeGreaterThan(leewayS + (maxAheadS + leewayS) + leewayS);
  });

  it('may be forgotten in the second that it says, and not before', () => {
    const made = withTokenRevoked(nothingRevoked, 'one', NOW);
    if (made === 'too-many') throw new Error('there is room');
    const untilS = made.tokens[0]?.untilS ?? 0;
    expect(untilS).toBe(Math.ceil(NOW / 1_000) + KEPT_AFTER_REVOCATION_S);
    expect(withTokenRevoked(made, 'one', untilS * 1_000 - 1)).toBe(made);
    expect(withTokenRevoked(made, 'two', untilS * 1_000)).toMatchObject({ tokens: [{ id: 'two' }] });
  });
});

it('a moment is a whole second that only grows', () => {
  const made = withIssuedBefore(nothingRevoked, 5, NOW);
  expect(withIssuedBefore(made, 5, NOW)).toBe(made);
  expect(withIssuedBefore(made, 4, NOW)).toBe(made);
  expect(withIssuedBefore(made, 6, NOW)).toMatchObject({ issuedBeforeS: 6 });
  for (const wrong of [5.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => withIssuedBefore(made, wrong, NOW)).toThrow(RangeError);
  }
});

it.each(['', 'x'.repeat(201), 'a\nb', 'a\u0000', 'a\u0085'])('%j is no name of a token', (id) => {
  expect(tokenId.safeParse(id).success).toBe(false);
});

it.each(['x', 'x'.repeat(200), '__proto__', ' ', 'ü'])('%j is one', (id) => {
  expect(tokenId.parse(id)).toBe(id);
});
