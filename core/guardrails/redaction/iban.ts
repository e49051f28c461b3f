import { modulo } from './check-digits.ts';
import type { Detector } from './detector.ts';

/** Characters of an IBAN by country (SWIFT's IBAN registry, ISO 13616-2). */
const lengths: Readonly<Record<string, number>> = Object.fromEntries(
  (
    'ad24 ae23 al28 at20 az28 ba20 be16 bg22 bh22 bi27 br29 by28 ch21 cr22 cy28 cz24 de22 dj27 dk18 do28 ee20 eg29 ' +
    'es24 fi18 fk18 fo18 fr27 gb22 ge22 gi23 gl18 gr27 gt28 hn28 hr21 hu28 ie22 il23 iq23 is26 it27 jo30 kw30 kz20 ' +
    'lb28 lc32 li21 lt20 lu20 lv21 ly25 mc27 md24 me22 mk19 mn20 mr27 mt31 mu30 ni28 nl18 no15 om23 pk24 pl28 ps29 ' +
    'pt25 qa29 ro24 rs22 ru33 sa24 sc31 sd18 se24 si19 sk24 sm27 so23 st25 sv28 tl23 tn24 tr26 ua29 va22 vg24 xk20 ye30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** Whether letters and digits, perhaps with separators between them, are an IBAN: its country's length, its remainder by 97. */
export function isIban(match: string): boolean {
  const letters = match.replace(/[^0-9a-z]/g, '');
  if (!Object.hasOwn(lengths, letters.slice(0, 2)) || lengths[letters.slice(0, 2)] !== letters.length)
    return false;
  return modulo(letters.slice(4) + letters.slice(0, 4), 97) === 1;
}

/** Countries whose account numbers are digits alone; so `at 15 kilos` is none. */
const ofDigits = 'at ba be cz de dk ee es fi fo gl hr hu il is lt me no pl pt rs se si sk va xk'.split(' ');
const others = Object.keys(lengths).filter((country) => !ofDigits.includes(country));

/** Offsets behind the first where a country's code stands with as many characters as its numbers have. */
export function ibanBegins(match: string): readonly number[] {
  const begins: number[] = [];
  let count = 0;
  for (let i = match.length - 1; i > 0 && count < 34; i--) {
    if (!/[a-z0-9]/.test(match.charAt(i))) continue;
    count += 1;
    if (count > 14 && lengths[match.slice(i, i + 2)] === count) begins.unshift(i);
  }
  return begins;
}

/** In running text, between cells of a table, at the end of a line. */
const separators = "[ .\\n\\t*_'|-]{0,3}";

const iban = (countries: readonly string[], character: string): Detector => ({
  kind: 'iban',
  expression: `(?<![a-z0-9])(?:${countries.join('|')})${separators}[0-9]${separators}[0-9](?:${separators}${character}){11,30}(?![a-z0-9])`,
  holds: isIban,
  anew: ibanBegins,
});

/** At most 34 characters (ISO 13616-1), up to three separators between any two. */
export const ibans: readonly Detector[] = [iban(ofDigits, '[0-9]'), iban(others, '[a-z0-9]')];
