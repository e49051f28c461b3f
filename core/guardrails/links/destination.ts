import type { AllowedHosts } from './allowed-hosts.ts';
import { authorityAt } from './authority.ts';
import { signAt, slashesAt } from './signs.ts';

export type Destination = 'allowed' | 'forbidden' | 'more';

/** Characters before the first `/`, `?` or `#` of the longest destination that may be relative. */
const maxSegmentLength = 128;
const schemeName = /^[a-z][a-z0-9+.-]*$/i;
const reference = /&(?:#\d|#x[\da-f]|[a-z][\da-z]{0,30};)/iy;
const openReference = /&[#a-z]?[\da-z]{0,30}$/iy;

/**
 * Judges what stands where markdown or HTML has the destination of a link: a web address of an allowed host, a plain
 * relative path, `?…` or `#…` may stand there, and nothing else.
 *
 * @param spaced spaces belong to it, as in angle brackets and quotes; else it ends with white space
 */
export function destinationAt(
  text: string,
  at: number,
  ended: boolean,
  allowed: AllowedHosts,
  spaced: boolean,
): Destination {
  const slashes = slashesAt(text, at, ended);
  if (slashes.open) return 'more';
  if (slashes.count > 1) return hostBehind(text, at, '//', slashes.end, ended, allowed);
  for (let here = at; here - at <= maxSegmentLength; here++) {
    const char = text[here];
    if (char === undefined) return ended ? 'allowed' : 'more';
    if (/[\w.(\]-]/.test(char)) continue;
    if (char === '>' || char === '\n' || (!spaced && /[\s)<"]/.test(char))) return 'allowed';
    // biome-ignore lint/suspicious/noControlCharactersInRegex: browsers drop them wherever they stand.
    if (/[\x00-\x1f\x7f]/.test(char)) return 'forbidden';
    if (/[/?#]/.test(char)) return 'allowed';
    if (char === '\\') {
      const next = text[here + 1];
      if (next === undefined) return ended ? 'allowed' : 'more';
      // Before a sign it is an escape of markdown, before a letter it is a slash to a browser.
      if (!/[\s\p{L}\p{N}]/u.test(next)) return 'forbidden';
    }
    if (char === '&') {
      openReference.lastIndex = here;
      if (!ended && openReference.test(text)) return 'more';
      reference.lastIndex = here;
      if (reference.test(text)) return 'forbidden';
    }
    if (char === ':') return behindScheme(text, at, here, ended, allowed, spaced);
  }
  return 'forbidden';
}

function behindScheme(
  text: string,
  at: number,
  colon: number,
  ended: boolean,
  allowed: AllowedHosts,
  spaced: boolean,
): Destination {
  const scheme = text.slice(at, colon).toLowerCase();
  // `12:30` is a path.
  if (!schemeName.test(scheme)) return 'allowed';
  const next = text[colon + 1];
  if (next === undefined) return ended ? 'allowed' : 'more';
  if (!spaced && /[\s)]/.test(next)) return 'allowed';
  if (scheme !== 'http' && scheme !== 'https') {
    // `std::vector`
    return next === ':' && !/script$|^data$/.test(scheme) ? 'allowed' : 'forbidden';
  }
  const slashes = slashesAt(text, colon + 1, ended);
  if (slashes.open) return 'more';
  return hostBehind(text, at, `${scheme}://`, slashes.end, ended, allowed);
}

/** Only one spelling of what stands before a host is taken. */
function hostBehind(
  text: string,
  at: number,
  spelling: string,
  end: number,
  ended: boolean,
  allowed: AllowedHosts,
): Destination {
  if (signAt(text, end, ended).open) return 'more';
  const authority = authorityAt(text, end, ended, allowed);
  if (authority === 'none') return 'allowed';
  if (authority === 'more') return 'more';
  return text.slice(at, end).toLowerCase() === spelling ? authority : 'forbidden';
}
