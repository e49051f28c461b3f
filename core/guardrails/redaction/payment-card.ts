import { gtin, luhn } from './check-digits.ts';
import type { Detector } from './detector.ts';

/** Beginnings of card numbers, from and to, and the lengths that go with them (ISO/IEC 7812, as the schemes publish them). */
const beginnings: readonly (readonly [from: string, to: string, lengths: readonly number[]])[] = [
  ['4', '4', [13, 16, 19]], // Visa
  ['51', '55', [16]], // Mastercard
  ['2221', '2720', [16]],
  ['34', '34', [15]], // American Express
  ['37', '37', [15]],
  ['300', '305', [14, 16]], // Diners Club
  ['3095', '3095', [14, 16]],
  ['36', '36', [14, 16]],
  ['38', '39', [14, 16]],
  ['6011', '6011', [16, 17, 18, 19]], // Discover
  ['644', '649', [16, 17, 18, 19]],
  ['65', '65', [16, 17, 18, 19]],
  ['62', '62', [16, 17, 18, 19]], // UnionPay
  ['3528', '3589', [16, 17, 18, 19]], // JCB
  ['50', '50', [13, 14, 15, 16, 17, 18, 19]], // Maestro, Elo, Verve, RuPay
  ['56', '58', [13, 14, 15, 16, 17, 18, 19]],
  ['6304', '6304', [13, 14, 15, 16, 17, 18, 19]],
  ['6759', '6763', [13, 14, 15, 16, 17, 18, 19]],
  ['60', '60', [16]], // RuPay
  ['81', '82', [16]],
  ['2200', '2204', [16, 17, 18, 19]], // Mir
  ['9792', '9792', [16]], // Troy
];

const cardWords = /(?:card|karte|carte|tarjeta|carta|visa|kredit|credit|debit|pan)\P{L}[^\n]{0,24}$/u;

/** Whether digits with separators between them are a card's number: its begin, its length, its check digit, its groups. */
export function isPaymentCard(match: string, before: string): boolean {
  const digits = match.replace(/\D/g, '');
  if (!beginsLikeCard(digits) || !luhn(digits)) return false;
  const groups = match.split(/\D+/);
  const separators = new Set(match.match(/\D+/g));
  const [first = '', ...others] = groups;
  if (groupings.has(groups.map(({ length }) => length).join(' '))) {
    // Four numbers in a row of a table, or one below the other.
    if (separators.size === 1 && /[|\n\t]/.test(match) && areNumbers(groups, before)) return false;
  } else {
    // One number is written in one way; several in a row, with what stands between them, are no card.
    if (separators.size > 1 || /[^\d ._-]|[ ._-]{4}/.test(match)) return false;
    // 4.000000000000002 is a fraction.
    if (groups.length === 2 && separators.has('.')) return false;
  }
  // 4.200.000.000.000 is an amount.
  if (others.length > 0 && first.length <= 3 && others.every((group) => group.length === 3)) return false;
  if (isListed(groups)) return false;
  // Goods have numbers of 13 and 14 digits, cards nowadays hardly.
  return digits.length > 14 || !gtin(digits) || cardWords.test(before);
}

/** How many digits stand together as cards are printed: only so may lines end, or signs differ, between them. */
const groupings = new Set(['4 4 4 4', '4 6 5', '4 6 4', '4 4 4 4 3']);

/** Years, round numbers, and those of which there are more in the row. */
const areNumbers = (groups: readonly string[], before: string): boolean =>
  /\d[\s|]{1,5}$/.test(before) || groups.filter((group) => /^(?:19|20)|00$/.test(group)).length > 1;

/** Several numbers in a row: they go up by the same, or are many of different lengths. */
function isListed(groups: readonly string[]): boolean {
  if (groups.length < 3) return false;
  const steps = new Set(groups.slice(1).map((group, i) => Number(group) - Number(groups[i])));
  const [length = 0] = groups.map((group) => group.length);
  const regular = groups.slice(0, -1).every((group) => group.length === length);
  const even = steps.size === 1 && !steps.has(0) && groups.length < 13;
  return even || !(regular || groups.length <= 5);
}

function beginsLikeCard(digits: string): boolean {
  return beginnings.some(
    ([from, to, lengths]) =>
      lengths.includes(digits.length) &&
      digits.slice(0, from.length) >= from &&
      digits.slice(0, to.length) <= to,
  );
}

/** Offsets behind the first from which so many digits are left, the last one of them a check digit. */
export function cardBegins(match: string): readonly number[] {
  const begins: number[] = [];
  let sum = 0;
  let count = 0;
  for (let i = match.length - 1; i > 0 && count < 19; i--) {
    const digit = match.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) continue;
    sum += count % 2 === 0 ? digit : digit > 4 ? 2 * digit - 9 : 2 * digit;
    count += 1;
    if (count > 12 && sum % 10 === 0 && !isDigit(match.charCodeAt(i - 1))) begins.unshift(i);
  }
  return begins;
}

const isDigit = (unit: number) => unit >= 48 && unit <= 57;

/** 13 to 19 digits, at most five separators between any two: so many stand between cells, or words in bold letters. A backtick is folded to an apostrophe. */
export const paymentCards: readonly Detector[] = [
  {
    kind: 'payment_card',
    expression: "(?<![0-9])[2-689](?:[ ._\\n\\t*'|-]{0,5}[0-9]){12,18}(?![0-9])",
    holds: isPaymentCard,
    anew: cardBegins,
  },
];
