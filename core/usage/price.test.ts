import { expect, test } from 'vitest';
import { costMicroUsd, costUsd, highestMicroUsd } from './price.ts';

const price = { promptUsdPerMillion: 0.1, completionUsdPerMillion: 0.4 };
const usage = (prompt_tokens: number, completion_tokens: number) => ({ prompt_tokens, completion_tokens });

test.each([
  [0, 0, 0, 0],
  [10, 0, 0.000001, 1],
  [30, 0, 0.000003, 3],
  [0, 1, 0.0000004, 1],
  [100, 2, 0.0000108, 11],
  [1_000_000, 1_000_000, 0.5, 500_000],
])(
  '%i tokens of a prompt and %i of an answer cost %f dollars, in budgets %i millionths',
  (p, c, usd, micro) => {
    expect(costUsd(price, usage(p, c))).toBe(usd);
    expect(costMicroUsd(price, usage(p, c))).toBe(micro);
  },
);

test('no division of tokens between prompt and answer costs more than the highest', () => {
  for (const one of [price, { promptUsdPerMillion: 3, completionUsdPerMillion: 1.5 }]) {
    const highest = highestMicroUsd(one, 1_000);
    for (let n = 0; n <= 1_000; n += 1) {
      expect(costMicroUsd(one, usage(n, 1_000 - n))).toBeLessThanOrEqual(highest);
    }
    expect([costMicroUsd(one, usage(1_000, 0)), costMicroUsd(one, usage(0, 1_000))]).toContain(highest);
  }
});
