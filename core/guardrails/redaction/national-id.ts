import { gtin, luhn, mod11And10, modulo, verhoeff, weighted } from './check-digits.ts';
import type { Detector } from './detector.ts';

const digitsOf = (match: string) => match.replace(/\D/g, '');
const lettersOf = (match: string) => match.replace(/[^0-9a-z]/g, '');

/** Whether one of the words stands shortly before, with no other number between. */
const after = (words: string) => {
  const pattern = new RegExp(`(?<!\\p{L})(?:${words})(?!\\p{L})[^0-9\\n]{0,24}$`, 'u');
  return (before: string) => pattern.test(before);
};

/** What numbers are called that are nobody's: those of goods and papers. */
export const namesGoods = (before: string): boolean =>
  /(?<!\p{L})(?:sku|isbn|issn|asin|ean|gtin|upc|art(?:ikel|icle)?|part|item|order|bestell|commande|invoice|rechnungs?|facture|ticket|case|ref(?:erence|erenz)?|model|modell|serial|serien|version|build|product|produkt|produit|code|p\/n|s\/n|doi|patent|batch|charge|lot|chapter|page|seite)(?:s|nummer|-?nr|number)?(?!\p{L})[^0-9\n]{0,16}$/u.test(
    before,
  );

const namesSsn = after(
  'ssn|itin|social security(?: number| no)?|tax(?:payer)? id(?:entification)?(?: number)?',
);

/** United States: an SSN by the rules since 2011 (SSA, POMS RM 10201.035), an ITIN by those of the IRS. No check digit. */
export function isSsn(match: string, before: string): boolean {
  const digits = digitsOf(match);
  const [area, group, serial] = [Number(digits.slice(0, 3)), Number(digits.slice(3, 5)), digits.slice(5)];
  if (area === 0 || area === 666 || group === 0 || serial === '0000') return false;
  const itin = (group >= 50 && group <= 65) || (group >= 70 && group <= 88) || (group >= 90 && group !== 93);
  if (area >= 900 && !itin) return false;
  if (match.includes('-') && /^\d+-\d+-\d+$/.test(match)) return !namesGoods(before);
  return namesSsn(before);
}

/** United Kingdom: the letters that HMRC gives out (NIM39110). No check digit. */
export function isNino(match: string, before: string): boolean {
  const prefix = lettersOf(match).slice(0, 2);
  return !['bg', 'gb', 'nk', 'kn', 'tn', 'nt', 'zz'].includes(prefix) && !namesGoods(before);
}

/** Germany: of the first ten digits exactly one stands there twice or three times (BZSt), and the eleventh checks them. */
export function isSteuerId(match: string): boolean {
  const digits = digitsOf(match);
  const times = new Map<string, number>();
  for (const digit of digits.slice(0, 10)) times.set(digit, (times.get(digit) ?? 0) + 1);
  const repeated = [...times.values()].filter((n) => n > 1);
  return repeated.length === 1 && (repeated[0] ?? 4) <= 3 && mod11And10(digits);
}

/** France: sex, year, month, department, place, number, and 97 less the remainder; Corsica's letters count as 19 and 18. */
export function isNir(match: string): boolean {
  const text = lettersOf(match);
  const month = Number(text.slice(3, 5));
  if (month === 0 || (month > 12 && month < 20)) return false;
  const body = text.slice(0, 13).replace('2a', '19').replace('2b', '18');
  return /^\d+$/.test(body) && 97 - modulo(body, 97) === Number(text.slice(13));
}

/** Spain: a DNI's or NIE's letter is the remainder by 23 (Orden INT/2058/2008); X, Y, Z count as 0, 1, 2. */
export function isDni(match: string): boolean {
  const text = lettersOf(match);
  const number = text.slice(0, -1).replace(/^[xyz]/, (letter) => String('xyz'.indexOf(letter)));
  return 'trwagmyfpdxbnjzsqvhlcke'[Number(number) % 23] === text.at(-1);
}

/** Values of the characters in odd places of a codice fiscale (DM 23 dicembre 1976), `a` to `z`; digits have those of `a` to `j`. */
const oddValues = [
  1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
];

/** Italy: the last letter is the remainder by 26. */
export function isCodiceFiscale(match: string): boolean {
  const text = lettersOf(match);
  let sum = 0;
  for (let i = 0; i < 15; i++) {
    const value = Number.parseInt(text[i] ?? '', 36);
    const place = value > 9 ? value - 10 : value;
    sum += i % 2 === 0 ? (oddValues[place] ?? 0) : place;
  }
  return String.fromCharCode(97 + (sum % 26)) === text.at(-1);
}

const namesBsn = after('bsn|burgerservicenummer|sofi-?nummer');

/** Netherlands: the weighted sum is a multiple of eleven, which one in eleven numbers is: it must be called by its name. */
export function isBsn(match: string, before: string): boolean {
  const digits = digitsOf(match);
  return namesBsn(before) && Number(digits) > 0 && weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0;
}

const namesCpf = after('cpf(?:/mf)?');

/** Brazil: two check digits by eleven. */
export function isCpf(match: string, before: string): boolean {
  const digits = digitsOf(match);
  if (/^(\d)\1+$/.test(digits) || !(match.includes('.') || namesCpf(before))) return false;
  const check = (length: number) =>
    ((weighted(
      digits,
      Array.from({ length }, (_, i) => length + 1 - i),
    ) *
      10) %
      11) %
    10;
  return check(9) === Number(digits[9]) && check(10) === Number(digits[10]);
}

const namesAadhaar = after('aadhaar|aadhar|uid(?:ai)?');

/** India: Verhoeff's check digit. In groups, three years in a row are none. */
export function isAadhaar(match: string, before: string): boolean {
  if (!verhoeff(digitsOf(match))) return false;
  if (namesAadhaar(before)) return true;
  const groups = match.split(/\D/);
  const round = groups.every((group) => /^(?:19|20)|00$|^(.)\1+$/.test(group));
  return groups.length === 3 && !round && !/[0-9][ .-]$/.test(before) && !namesGoods(before);
}

const namesSin = after('sin|nas|social insurance(?: number| no)?|(?:num\u00e9ro|numero) d.assurance sociale');

/** Canada: Luhn's check digit. With spaces it looks like any number of nine digits. */
export function isSin(match: string, before: string): boolean {
  const digits = digitsOf(match);
  if (!luhn(digits)) return false;
  return namesSin(before) || (/^\d+-\d+-\d+$/.test(match) && !namesGoods(before));
}

const namesTfn = after('tfn|tax file(?: number| no)?');

/** Australia: a multiple of eleven, called by its name. */
export function isTfn(match: string, before: string): boolean {
  return namesTfn(before) && weighted(digitsOf(match), [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0;
}

/** Switzerland: an AHV number is an EAN of the country code 756. */
export const isAhv = (match: string): boolean => gtin(digitsOf(match));

/** Belgium: 97 less the remainder; for those born since 2000 with a 2 before it. */
export function isRijksregister(match: string): boolean {
  const digits = digitsOf(match);
  const [body, check] = [digits.slice(0, 9), Number(digits.slice(9))];
  return 97 - modulo(body, 97) === check || 97 - modulo(`2${body}`, 97) === check;
}

const id = (expression: string, holds: Detector['holds']): Detector => ({
  kind: 'national_id',
  expression: `(?<![a-z0-9])${expression}(?![a-z0-9])`,
  ...(holds && { holds }),
});

export const nationalIds: readonly Detector[] = [
  id('[0-9]{3}[ .-]?[0-9]{2}[ .-]?[0-9]{4}', isSsn),
  id('[abceghj-prstw-z][abceghj-nprstw-z][ .-]?[0-9]{2}[ .-]?[0-9]{2}[ .-]?[0-9]{2}[ .-]?[a-d]', isNino),
  id('[1-9][0-9][ ./-]?[0-9]{3}[ ./-]?[0-9]{3}[ ./-]?[0-9]{3}', isSteuerId),
  id(
    '[1-478][ .-]?[0-9]{2}[ .-]?[0-9]{2}[ .-]?[0-9][0-9ab][ .-]?[0-9]{3}[ .-]?[0-9]{3}[ .-]?[0-9]{2}',
    isNir,
  ),
  id('(?:[0-9]{2}[.]?[0-9]{3}[.]?[0-9]{3}|[xyz][ .-]?[0-9]{7})[ .-]?[a-z]', isDni),
  id(
    '[a-z]{3} ?[a-z]{3} ?[0-9lmnp-v]{2}[a-ehlmprst][0-9lmnp-v]{2} ?[a-z][0-9lmnp-v]{3} ?[a-z]',
    isCodiceFiscale,
  ),
  id('[0-9]{4}[ .]?[0-9]{2}[ .]?[0-9]{3}', isBsn),
  id('[0-9]{3}[ .]?[0-9]{3}[ .]?[0-9]{3}[ -]?[0-9]{2}', isCpf),
  id('[2-9][0-9]{3}[ .-]?[0-9]{4}[ .-]?[0-9]{4}', isAadhaar),
  id('[0-9]{3}[ .-]?[0-9]{3}[ .-]?[0-9]{3}', isSin),
  id('[0-9]{3}[ .-]?[0-9]{3}[ .-]?[0-9]{3}', isTfn),
  id('756[ .]?[0-9]{4}[ .]?[0-9]{4}[ .]?[0-9]{2}', isAhv),
  id('[0-9]{2}[.][01][0-9][.][0-3][0-9][ -][0-9]{3}[.][0-9]{2}', isRijksregister),
];
