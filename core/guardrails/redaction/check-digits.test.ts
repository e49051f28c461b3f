import { expect, test } from 'vitest';
import { gtin, luhn, mod11And10, modulo, verhoeff, weighted } from './check-digits.ts';

test('numbers that schemes publish for tests have their check digits', () => {
  for (const card of ['4111111111111111', '378282246310005', '5555555555554444', '6011111111111117']) {
    expect(luhn(card), card).toBe(true);
  }
  for (const goods of ['4006381333931', '9780306406157', '036000291452', '96385074']) {
    expect(gtin(goods), goods).toBe(true);
  }
  expect(verhoeff('2363')).toBe(true);
  expect(verhoeff('234123412346')).toBe(true);
  expect(mod11And10('86095742719')).toBe(true);
  expect(mod11And10('47036892816')).toBe(true);
  expect(modulo('3214282912345698765432161182', 97)).toBe(1);
  expect(weighted('123456782', [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11).toBe(0);
});

test.each([
  ['luhn', luhn, 16],
  ['gtin', gtin, 13],
  ['verhoeff', verhoeff, 12],
  ['mod11And10', mod11And10, 11],
] as const)(
  '%s: one check digit in ten is right, and no single digit changes unseen',
  (_name, holds, length) => {
    for (let n = 0; n < 300; n++) {
      const body = String((n * 7_919_123_457 + 1_234_567) % 10 ** (length - 1)).padStart(length - 1, '0');
      const right = [...'0123456789'].filter((digit) => holds(body + digit));
      expect(right, body).toHaveLength(1);
      const whole = body + right[0];
      const at = n % length;
      const changed = whole.slice(0, at) + ((Number(whole[at]) + 1 + (n % 9)) % 10) + whole.slice(at + 1);
      if (changed !== whole) expect(holds(changed), `${whole} as ${changed}`).toBe(false);
    }
  },
);

test('a remainder is that of the number, however long', () => {
  for (const text of ['0', '96', '97', '98', '123456789012345678901234567890', '97'.repeat(15)]) {
    expect(modulo(text, 97), text).toBe(Number(BigInt(text) % 97n));
  }
  expect(modulo('1A', 97)).toBe(Number(110n % 97n));
});
