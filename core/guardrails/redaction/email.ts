import type { Detector } from './detector.ts';

/** Whether what stands behind the last `@` is a name of a host: labels of letters, digits and hyphens, the last no number. */
export function isEmail(match: string): boolean {
  const labels = match.slice(match.lastIndexOf('@') + 1).split('.');
  const last = labels.at(-1) ?? '';
  return (
    labels.length > 1 &&
    labels.every((label) => /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?$/u.test(label)) &&
    (/^[\p{L}\p{M}]{2,24}$/u.test(last) || last.startsWith('xn--')) &&
    // Pictures for high resolutions are called `icon@2x.png`.
    !/@[0-9]x\.[a-z]{3,4}$/.test(match)
  );
}

const scripts = (...names: string[]) => names.map((name) => `\\p{Script=${name}}`).join('');
/** Letters of scripts that set no space between words, and of those that do. */
const unspaced = scripts('Han', 'Hiragana', 'Katakana', 'Thai', 'Lao', 'Khmer', 'Myanmar');
const spaced = scripts(
  ...['Latin', 'Cyrillic', 'Greek', 'Armenian', 'Georgian', 'Hebrew', 'Arabic', 'Hangul', 'Ethiopic'],
  ...['Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Tamil', 'Telugu', 'Kannada', 'Malayalam', 'Sinhala'],
);
const host = '[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N}.-]{1,188}(?![\\p{L}\\p{M}\\p{N}])';

/**
 * RFC 5321: a local part of at most 64 characters, a domain, 254 in all; letters of all scripts by RFC 6531. Where words
 * are not set apart nobody can tell where a local part begins: its last eight characters are taken.
 */
export const emails: readonly Detector[] = [
  { expression: `(?<![a-z0-9_])[a-z0-9_][a-z0-9_.%+'-]{0,63}@${host}`, holds: isEmail },
  { expression: `(?<![${spaced}0-9_])[${spaced}0-9_][${spaced}0-9_.%+'-]{0,63}@${host}`, holds: isEmail },
  { expression: `[${unspaced}]{1,8}@${host}`, holds: isEmail },
  {
    expression:
      '(?<![a-z0-9_])[a-z0-9_][a-z0-9_.+-]{0,63}(?: ?[([{<] ?at ?[)}>\\]] ?| at )[a-z0-9-]{1,63}' +
      '(?:(?: ?[([{<] ?dot ?[)}>\\]] ?| dot |[.])[a-z0-9-]{1,63}){0,3}' +
      '(?: ?[([{<] ?dot ?[)}>\\]] ?| dot )[a-z]{2,12}(?![a-z0-9])',
  },
].map((detector): Detector => ({ kind: 'email', ...detector }));
