import type { Detector } from './detector.ts';

/**
 * Whether what stands behind the last `@` is a name of a host: labels of letters, digits and hyphens, the last no number.
 * `git@` is everybody, and Paraguay gives out no names right below `py`, where programs end.
 */
export function isEmail(match: string): boolean {
  const [local = '', host = ''] = partsOf(match);
  const labels = host.split('.');
  const last = labels.at(-1) ?? '';
  return (
    labels.length > 1 &&
    labels.every((label) => /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?$/u.test(label)) &&
    (/^[\p{L}\p{M}]{2,24}$/u.test(last) || last.startsWith('xn--')) &&
    local !== 'git' &&
    !(last === 'py' && labels.length === 2) &&
    // Pictures for high resolutions are called `icon@2x.png`.
    !/@[0-9]x\.[a-z]{3,4}$/.test(match)
  );
}

/** In which ways an `@` is written. */
const at = '(?:@|&#0{0,4}64;|&#x0{0,4}40;|&commat;| ?[([{<] ?(?:at|@) ?[)}>\\]] ?)';
const ats = new RegExp(at, 'g');

/** An address as two parts, whatever its `@` is written like and wherever its line ends. */
function partsOf(match: string): string[] {
  const apart = match.split(ats);
  const host = apart.pop() ?? '';
  return [apart.join('@'), host.replace(/\s/g, '')];
}

/** Where a line ends within a host the rest must be known for a host's: a sentence may end there as well. */
const isWrapped = (match: string): boolean => {
  const [host = ''] = match
    .slice(match.lastIndexOf('@') + 1)
    .trim()
    .split(/\.?\s/);
  return isEmail(match) && !(/\.\s/.test(match) && isEmail(`a@${host}`));
};

/** What follows it is a digit: `mail@example.com2 days`. Versions have more numbers. */
const isBeforeDigit = (match: string): boolean =>
  isEmail(match) && /[\p{L}][\p{L}\p{M}\p{N}-]*\.[\p{L}\p{M}]{2,6}$/u.test(match);

const scripts = (...names: string[]) => names.map((name) => `\\p{Script=${name}}`).join('');
/** Letters of scripts that set no space between words, and of those that do. */
const unspaced = scripts('Han', 'Hiragana', 'Katakana', 'Thai', 'Lao', 'Khmer', 'Myanmar');
const spaced = scripts(
  ...['Latin', 'Cyrillic', 'Greek', 'Armenian', 'Georgian', 'Hebrew', 'Arabic', 'Hangul', 'Ethiopic'],
  ...['Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Tamil', 'Telugu', 'Kannada', 'Malayalam', 'Sinhala'],
);
const host = '[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N}.-]{1,188}(?![\\p{L}\\p{M}\\p{N}])';

const latin = "(?<![a-z0-9_])[a-z0-9_][a-z0-9_.%+'-]{0,63}";
const international = `(?<![${spaced}0-9_])[${spaced}0-9_][${spaced}0-9_.%+'-]{0,63}`;
/** Ends of hosts that are no words: a sentence may begin behind a dot and the end of a line. */
const ends = '(?:com|org|net|edu|gov|example)';
const wrap = '[ \\t]{0,3}\\n[ \\t]{0,3}';

/**
 * RFC 5321: a local part of at most 64 characters, a domain, 254 in all; letters of all scripts by RFC 6531. Where words
 * are not set apart nobody can tell where a local part begins: its last eight characters are taken.
 */
export const emails: readonly Detector[] = [
  { expression: `${latin}@(?: |${wrap})?${host}`, holds: isEmail },
  { expression: `${international}@${host}`, holds: isEmail },
  { expression: `[${unspaced}]{1,8}@${host}`, holds: isEmail },
  { expression: `${latin}${at}${host}`, holds: isEmail },
  { expression: `${latin}@[a-z0-9.-]{1,80}[.][a-z]{2,6}(?![^0-9])`, holds: isBeforeDigit },
  {
    expression: `${latin}@[a-z0-9][a-z0-9.-]{0,80}(?:${wrap}[.][a-z]{2,6}|[.]${wrap}${ends})(?![a-z0-9-])`,
    holds: isWrapped,
  },
  {
    expression:
      '(?<![a-z0-9_])[a-z0-9_][a-z0-9_.+-]{0,63}(?: ?[([{<] ?at ?[)}>\\]] ?| at )[a-z0-9-]{1,63}' +
      '(?:(?: ?[([{<] ?dot ?[)}>\\]] ?| dot |[.])[a-z0-9-]{1,63}){0,3}' +
      '(?: ?[([{<] ?dot ?[)}>\\]] ?| dot )[a-z]{2,12}(?![a-z0-9])',
  },
].map((detector): Detector => ({ kind: 'email', ...detector }));
