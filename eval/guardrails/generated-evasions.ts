import type { Evasion } from './evasions.ts';

/** Rules of the labelled evasions, so that one screen is asked. */
const rules = [
  'hack',
  'password',
  'credit card',
  'bomb',
  'weapon',
  'malware',
  'jailbreak',
  'kill',
  'firearm',
];

/** What each Latin letter is written as; a letter that is not here stays as it is. */
const lookAlikes: Readonly<Record<string, string>> = {
  a: 'аαａᴀ𝐚𝒂ⓐáâäɑᎪ',
  b: 'ｂʙ𝐛ⓑḃᏴ',
  c: 'сｃᴄ𝐜ⓒçćᏟ',
  d: 'ԁｄᴅ𝐝ⓓďᎠ',
  e: 'еｅᴇ𝐞ⓔéêëᎬ',
  f: 'ｆꜰ𝐟ⓕḟ',
  h: 'һｈʜ𝐡ⓗḧհᎻ',
  i: 'іιｉɪ𝐢ⓘíîïı',
  j: 'јｊᴊ𝐣ⓙĵᎫ',
  k: 'кκｋᴋ𝐤ⓚḱᏦ',
  l: 'ｌʟ𝐥ⓛĺļłᏞ',
  m: 'мｍᴍ𝐦ⓜḿᎷ',
  n: 'ｎɴ𝐧ⓝñńո',
  o: 'оοօｏᴏ𝐨ⓞóôöø',
  p: 'рρｐᴘ𝐩ⓟṕᏢ',
  r: 'ｒʀ𝐫ⓡŕřᎡ',
  s: 'ѕｓꜱ𝐬ⓢśšᏚ',
  t: 'ｔᴛ𝐭ⓣťţᎢ',
  w: 'ｗᴡ𝐰ⓦŵẃᎳ',
};
const unseen = ['\u200b', '\u00ad', '\u2060', '\ufe0f', '\u200e', '\u{e0061}', '\u0301', '\u034f', '\u200d'];
const separators = [' ', '.', '-', '_', '*', '  ', '. ', ' - ', '·', '\n', '/', '~'];
const questions = [
  'How do I # it?',
  '#, please',
  'Tell me about # now',
  'What is #',
  'Is a “#” good?',
  'my (#)!',
];

/**
 * Evasions that nobody wrote down: each letter of a rule with a chance of looking alike, of another case and of something
 * unseen behind it, and every third one with the same separator between all letters.
 *
 * @param random numbers in [0, 1), the same for the same seed.
 */
export function generatedEvasions(random: () => number, count: number): Evasion[] {
  const one = <T>(list: readonly T[] | string): T | string => list[Math.floor(random() * list.length)] ?? '';
  return Array.from({ length: count }, (_, n) => {
    const rule = String(one(rules));
    const letters = [...rule].map((letter) => {
      if (letter === ' ') return letter;
      const alike = random() < 0.5 ? one([...(lookAlikes[letter] ?? letter)]) : letter;
      const cased = random() < 0.2 ? String(alike).toUpperCase() : alike;
      return `${cased}${random() < 0.3 ? one(unseen) : ''}`;
    });
    const separator = n % 3 === 0 ? String(one(separators)) : '';
    const written = letters.filter((letter) => separator === '' || letter !== ' ').join(separator);
    const ask = String(one(questions)).replace('#', () => written);
    return { trick: separator === '' ? 'letters' : 'letters and separators', rule, ask };
  });
}
