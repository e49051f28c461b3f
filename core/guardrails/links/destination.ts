import type { AllowedHosts } from './allowed-hosts.ts';
import { authorityAt, type Place, type Scheme } from './authority.ts';

export type Destination = 'allowed' | 'forbidden' | 'more';

/** Characters before the first `/`, `?` or `#` of the longest destination that may be relative. */
const maxSegmentLength = 128;
const schemeName = /^[a-z][a-z0-9+.-]*$/i;
const reference = /&(?:#|[a-z][\da-z]{0,30};)/iy;
const openReference = /&(?:[a-z][\da-z]{0,30})?$/iy;
/** What a path may go on with behind its first slash. Not: another slash of any kind, or what may turn out to be one. */
const pathSign = /[\p{L}\p{N}._~%!$'()*+,;=:@?#"-]/u;
/** What ends a destination that stands in nothing. */
const bareEnd = /[ \t\n\r\f)<"]/;
const base = 'https://base.invalid/';

/**
 * Judges what stands where markdown or HTML has the destination of a link: a web address of an allowed host, a plain
 * relative path, `?…` or `#…` may stand there, and nothing else. A character reference may not, as long as it could be of
 * a scheme or a host.
 *
 * @param place `whole` in angle brackets and quotes; `text` ends with white space
 */
export function destinationAt(
  text: string,
  at: number,
  ended: boolean,
  allowed: AllowedHosts,
  place: Place,
): Destination {
  const spaced = place === 'whole';
  // Some readers drop white space there, and see what stands behind.
  if (spaced && /\s/.test(text[at] ?? '')) return 'forbidden';
  if (/[/／＼]/.test(text[at] ?? '')) return behindSlash(text, at, ended, allowed, place);
  for (let here = at; here - at <= maxSegmentLength; here++) {
    const char = text[here];
    if (char === undefined) return ended ? staysOn(text.slice(at)) : 'more';
    if (/[\w.(\]-]/.test(char)) continue;
    if (char === '>' || char === '\n' || (!spaced && bareEnd.test(char)) || /[/?#]/.test(char))
      return staysOn(text.slice(at, here));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: browsers drop them wherever they stand.
    if (/[\x00-\x1f\x7f]/.test(char)) return 'forbidden';
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
    if (char === ':') return behindColon(text, at, here, ended, allowed, place);
  }
  return 'forbidden';
}

/** Behind the first sign of a destination, a slash. */
function behindSlash(
  text: string,
  at: number,
  ended: boolean,
  allowed: AllowedHosts,
  place: Place,
): Destination {
  if (text[at] !== '/') return 'forbidden';
  const next = text[at + 1];
  if (next === undefined) return ended ? 'allowed' : 'more';
  if (next === '/') return hostAt(text, at + 2, ended, allowed, place, '//');
  if (next === '>' || next === '\n' || pathSign.test(next)) return 'allowed';
  return place === 'text' && bareEnd.test(next) ? 'allowed' : 'forbidden';
}

function behindColon(
  text: string,
  at: number,
  colon: number,
  ended: boolean,
  allowed: AllowedHosts,
  place: Place,
): Destination {
  const scheme = text.slice(at, colon + 1).toLowerCase();
  // `12:30` is a path.
  if (!schemeName.test(scheme.slice(0, -1))) return 'allowed';
  const next = text[colon + 1];
  if (next === undefined && !ended) return 'more';
  if (place === 'text' && (next === undefined || /[ \t\n\r\f]/.test(next))) return 'allowed';
  if (scheme !== 'http:' && scheme !== 'https:') return 'forbidden';
  const slashes = text.slice(colon + 1, colon + 3);
  if (slashes === '//') return hostAt(text, colon + 3, ended, allowed, place, scheme);
  return slashes === '/' && !ended ? 'more' : 'forbidden';
}

/** Where a host must stand, no host is nothing that anybody writes. */
function hostAt(
  text: string,
  at: number,
  ended: boolean,
  allowed: AllowedHosts,
  place: Place,
  scheme: Scheme,
): Destination {
  const authority = authorityAt(text, at, ended, allowed, place, scheme);
  return authority === 'none' ? 'forbidden' : authority;
}

/** Whether the begin of a path leads nowhere else, as a browser reads it. */
function staysOn(path: string): Destination {
  if (!URL.canParse(path, base)) return 'allowed';
  const { origin, username, password } = new URL(path, base);
  return `${origin}/` === base && username + password === '' ? 'allowed' : 'forbidden';
}
