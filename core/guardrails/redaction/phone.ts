import type { Detector } from './detector.ts';
import { foldedText } from './folded-text.ts';
import { namesGoods } from './national-id.ts';

/** Country codes of the ITU (E.164), those of two and three digits that are given out. */
const countryCodes = new Set(
  (
    '1 7 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 ' +
    '91 92 93 94 95 98 211 212 213 216 218 220 221 222 223 224 225 226 227 228 229 230 231 232 233 234 235 236 237 238 239 ' +
    '240 241 242 243 244 245 246 248 249 250 251 252 253 254 255 256 257 258 260 261 262 263 264 265 266 267 268 269 290 ' +
    '291 297 298 299 350 351 352 353 354 355 356 357 358 359 370 371 372 373 374 375 376 377 378 380 381 382 383 385 386 ' +
    '387 389 420 421 423 500 501 502 503 504 505 506 507 508 509 590 591 592 593 594 595 596 597 598 599 670 672 673 674 ' +
    '675 676 677 678 679 680 681 682 683 685 686 687 688 689 690 691 692 800 808 850 852 853 855 856 870 878 880 881 882 ' +
    '883 886 888 960 961 962 963 964 965 966 967 968 970 971 972 973 974 975 976 977 979 992 993 994 995 996 998'
  ).split(' '),
);

/** As they are written, and `…` for more letters. */
const phoneWords = (
  'tel phone telephone call dial ring text fon telefon… fax mobil mobile handy… cell whatsapp signal sms appeler appelez ' +
  'portable ruf… anruf… hotline llam… тел… звон… 电话 電話'
).split(' ');
const namesPhone = (() => {
  const words = phoneWords.map(
    (word) => foldedText(word.replace('…', '')).text + (word.endsWith('…') ? '\\p{L}*' : ''),
  );
  const expression = new RegExp(`(?<!\\p{L})(?:${words.join('|')})[^0-9\\n]{0,20}$`, 'u');
  return (before: string): boolean => expression.test(before);
})();

/** What has a number of its own: parts of a document, trains and flights. */
const namesPlace = (before: string): boolean =>
  /(?<!\p{L})(?:(?:sub-?)?section|clause|abschnitt|figure|table|tabelle|(?:flight|flug|vol|train|zug) [a-z]{2,3}) ?$/u.test(
    before,
  );

/** At least `+` or `00`, a country code, and as many digits as numbers of that country have. */
export function isInternational(match: string): boolean {
  const digits = match.replace(/\(0\)/, '').replace(/\D/g, '').replace(/^00/, '');
  const code = [1, 2, 3].map((length) => digits.slice(0, length)).find((each) => countryCodes.has(each));
  if (code === undefined || digits.length > 15) return false;
  // `+52.520008` is a degree.
  if (/^\+\d{1,3}\.\d{4,7}$/.test(match) || (match.match(/\n/g) ?? []).length > 1) return false;
  const own = digits.slice(code.length);
  if (code === '1') return /^[2-9]\d{2}[2-9]\d{6}$/.test(own);
  if (code === '7') return own.length === 10;
  // `+300000000` and `+100.000.000` are amounts.
  if (/0{5}$/.test(own) || /^\+?\d{1,3}(?:[. ]\d{3})*[. ]000$/.test(match)) return false;
  return digits.length >= (/\d\D+\d/.test(match) ? 8 : 9);
}

/** Digits in the groups in which a country writes its own numbers; without groups only behind a word for telephones. */
export function isNational(match: string, before: string): boolean {
  const digits = match.replace(/\D/g, '');
  const groups = match.match(/\d+/g) ?? [];
  if (/\d[-/]$/.test(before) || /\p{L}-$/u.test(before) || digits.length > 13) return false;
  const lineEnds = (match.match(/\n/g) ?? []).length;
  if (looksLikeDate(groups) || looksCounted(groups) || namesPlace(before) || lineEnds > 1) return false;
  if (namesPhone(before)) return digits.length >= 7;
  if (namesGoods(before) || /[$€£¥#]\s?$/.test(before)) return false;
  // Numbers below each other are seldom one; those with a sign in them are.
  if (lineEnds > 0 && !/\d[()/-]/.test(match)) return false;
  return isNanp(match, groups) || isTrunk(match, groups);
}

/** Day, month and year in any order, or two of years. */
function looksLikeDate(groups: readonly string[]): boolean {
  const [a = '', b = '', c = ''] = groups;
  const isDayOrMonth = (text: string) => /^(?:0?[1-9]|[12]\d|3[01])$/.test(text);
  const isYear = (text: string) => /^(?:19|20)\d\d$/.test(text);
  return (
    (isDayOrMonth(a) && isDayOrMonth(b) && isYear(c)) ||
    (isYear(a) && isDayOrMonth(b) && isDayOrMonth(c)) ||
    (isYear(a) && isYear(b))
  );
}

/** Zeros and ones, or numbers that go up by one. */
function looksCounted(groups: readonly string[]): boolean {
  if (groups.every((group) => /^[01]+$/.test(group))) return true;
  return (
    groups.length > 3 && groups.every((group, i) => i === 0 || Number(group) === Number(groups[i - 1]) + 1)
  );
}

/** `(415) 555-0132`, `415-555-0132`, `1 415 555 0132`: area code and exchange begin with 2 to 9 (NANPA). */
function isNanp(match: string, groups: readonly string[]): boolean {
  const own = groups.length === 4 && groups[0] === '1' ? groups.slice(1) : groups;
  const [area = '', exchange = '', line = ''] = own;
  if (own.length !== 3 || !/^[2-9]\d\d$/.test(area) || !/^[2-9]\d\d$/.test(exchange) || line.length !== 4) {
    return false;
  }
  // 300 400 5000 are three numbers.
  return /[()-]|\d\.\d/.test(match) || !/00$/.test(area + exchange);
}

/** Numbers with the 0 of long distance: France's in five pairs, others with an area code of 3 to 6 digits or all in one. */
function isTrunk(match: string, groups: readonly string[]): boolean {
  const digits = groups.join('');
  const [first = ''] = groups;
  if (!/^0[1-9]/.test(first)) return false;
  const separators = new Set((match.match(/(?<=\d)\D+(?=\d)/g) ?? []).map((each) => each.trim() || ' '));
  if (groups.length === 1) return /^(?:0[67]\d{8}|07\d{9}|01[5-7]\d{8,9})$/.test(digits);
  if (first.length === 2) {
    const pairs = groups.length === 5 && groups.every((group) => group.length === 2) && separators.size === 1;
    const fours = groups.length === 3 && groups.slice(1).every((group) => group.length === 4);
    return pairs || fours;
  }
  return first.length <= 6 && digits.length >= 9 && digits.length <= 12 && separators.size <= 2;
}

/** Offsets behind the first where a number with `00` may begin. */
const zerosBegin = (match: string): readonly number[] =>
  beginsWith(match, 9, 18, (i) => match.startsWith('00', i));

/** Offsets behind the first where a national number may begin; a word for telephones is before none but the first. */
const nationalBegin = (match: string): readonly number[] =>
  beginsWith(match, 9, 12, (i) =>
    /^(?:[(]?0[1-9]|[(]?[2-9][0-9][0-9][^0-9]|1[^0-9]{1,3}[2-9][0-9][0-9][^0-9])/.test(match.slice(i, i + 8)),
  );

/** Begins of groups, or brackets before them, with so many digits behind. */
function beginsWith(
  match: string,
  from: number,
  to: number,
  mayBegin: (i: number) => boolean,
): readonly number[] {
  const begins: number[] = [];
  let count = 0;
  for (let i = match.length - 1; i > 0; i--) {
    const isDigit = /[0-9]/.test(match.charAt(i));
    if (isDigit) count += 1;
    if (count > to) break;
    const isBegin = isDigit ? !/[0-9]/.test(match.charAt(i - 1)) : match.charAt(i) === '(';
    if (count >= from && isBegin && mayBegin(i)) begins.unshift(i);
  }
  return begins;
}

/** In a row at most three of them; lines may end there, once. */
const separators = '[ .()/\\n-]{0,3}';

export const phones: readonly Detector[] = [
  {
    kind: 'phone',
    expression: `(?<![+])[+] ?[(]?[1-9](?:${separators}[0-9]){6,15}(?![0-9])`,
    holds: isInternational,
  },
  {
    kind: 'phone',
    expression: `(?<![a-z0-9+])00[ -]?[1-9](?:${separators}[0-9]){8,15}(?![0-9])`,
    // A group of a longer number may begin with 00 as well.
    holds: (match, before) =>
      isInternational(match) && !/[0-9] $/.test(before) && (/\D/.test(match) || !namesGoods(before)),
    anew: zerosBegin,
  },
  {
    kind: 'phone',
    expression: `(?<![a-z0-9+])[(]?[0-9](?:${separators}[0-9]){6,12}(?![0-9])`,
    holds: isNational,
    anew: nationalBegin,
  },
];
