import type { Detector } from './detector.ts';

/** Whether what stands behind the last `@` is a name of a host: labels of letters, digits and hyphens, the last no number. */
export function isEmail(match: string): boolean {
  const domain = match.slice(match.search(/[^@]*$/));
  const labels = domain.split('.');
  const last = labels.at(-1) ?? '';
  return (
    labels.length > 1 &&
    labels.every((label) => /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?$/u.test(label)) &&
    (/^[\p{L}\p{M}]{2,24}$/u.test(last) || /^xn--/.test(last))
  );
}

/** Files of pictures for high resolutions are called `icon@2x.png`. */
const isAddress = (match: string) => isEmail(match) && !/@[0-9]x\.[a-z]{3,4}$/.test(match);

/** Letters of scripts that set no space between words. */
const unspaced =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}';
const domain = '[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N}.-]{1,188}(?![\\p{L}\\p{M}\\p{N}])';

/**
 * RFC 5321: a local part of at most 64 characters, a domain, 254 in all; letters of all scripts by RFC 6531. Where words
 * are not set apart nobody can tell where a local part begins: its last eight characters are taken.
 */
export const emails: readonly Detector[] = [
  { expression: `(?<![a-z0-9_])[a-z0-9_][a-z0-9_.%+'-]{0,63}@${domain}`, holds: isAddress },
  {
    expression: `(?<![\\p{L}\\p{N}_])[\\p{L}\\p{N}_][\\p{L}\\p{M}\\p{N}_.%+'-]{0,63}@${domain}`,
    holds: isAddress,
  },
  { expression: `[${unspaced}]{1,8}@${domain}`, holds: isAddress },
  {
    expression:
      '(?<![a-z0-9_])[a-z0-9_][a-z0-9_.+-]{0,63}(?: ?[([{<] ?at ?[)}>\\]] ?| at )[a-z0-9-]{1,63}' +
      '(?:(?: ?[([{<] ?dot ?[)}>\\]] ?| dot |[.])[a-z0-9-]{1,63}){0,3}(?: ?[([{<] ?dot ?[)}>\\]] ?| dot )[a-z]{2,12}(?![a-z0-9])',
  },
].map((detector): Detector => ({ kind: 'email', ...detector }));
