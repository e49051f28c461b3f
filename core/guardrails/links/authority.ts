import type { AllowedHosts } from './allowed-hosts.ts';

/** What stands where a host would: `none` is nothing that a link could lead to, `more` needs more of the text. */
export type Authority = 'allowed' | 'forbidden' | 'none' | 'more';

/**
 * Where an address stands: `text` and bare destinations, which white space ends; `whole` in quotes and angle brackets,
 * where a space is a sign as any other.
 */
export type Place = 'text' | 'whole';

/** What stands before the slashes, if anything. */
export type Scheme = 'http:' | 'https:' | '//';

/** Characters of the longest authority that is looked at; a name of a host has at most 253. */
export const maxAuthorityLength = 300;

/**
 * What ends an authority for every reader. A browser writes all other signs as `%5E` and the like and takes what stands
 * before an `@` for a name of a user: `docs.example.com^@evil.example` leads to `evil.example`.
 */
const ends: Readonly<Record<Place, RegExp>> = { text: /[/?#\\ \t\n\r\f\v]/g, whole: /[/?#\\>\n]/g };
/** No host has them, and no browser takes an address with them, unless an `@` behind makes them a name of a user. */
const impossible = /[<>[\]^|\s]/;
/** An `@`, or a reference that may be one. */
const user = /[@＠﹫]|&commat/i;
/** What may stand behind a link in a sentence, or around one, and is not of it. */
const trailing = /[.,;:!?'")*_~}`…»”’]+$/;
const plain = /^[a-z0-9.-]+(?::\d+)?$/i;

/**
 * Judges the authority that begins at a place: the host, with what an attacker puts around it.
 *
 * @param scheme what its port is; `//` takes that of the page, so that no port can be told
 */
export function authorityAt(
  text: string,
  at: number,
  ended: boolean,
  allowed: AllowedHosts,
  place: Place,
  scheme: Scheme,
): Authority {
  const pattern = ends[place];
  pattern.lastIndex = at;
  const end = pattern.exec(text)?.index ?? text.length;
  if (end - at > maxAuthorityLength) return 'forbidden';
  if (end === text.length && !ended) return 'more';
  if (text[at] === '[') return 'forbidden';
  const sign = text[end] ?? '';
  // Markdown takes `\.` for a dot: the host may go on behind a backslash.
  if (sign === '\\') return 'forbidden';
  const all = text.slice(at, end);
  // `&#64;` is an `@`, and no end.
  if (sign === '#' && all.endsWith('&')) return 'forbidden';
  if (place === 'whole') return judged(all, scheme, allowed);

  const stop = all.search(impossible);
  const raw = stop < 0 ? all : all.slice(0, stop);
  if (stop >= 0 && user.test(all.slice(stop))) return 'forbidden';
  const isEnded = stop < 0 && sign !== '' && '/?#'.includes(sign);
  return judged(isEnded ? raw : raw.replace(trailing, ''), scheme, allowed);
}

/** As a browser reads it. */
function judged(authority: string, scheme: Scheme, allowed: AllowedHosts): Authority {
  if (authority === '') return 'none';
  const address = `${scheme === '//' ? 'https:' : scheme}//${authority}/`;
  if (!plain.test(authority) || (scheme === '//' && authority.includes(':')) || !URL.canParse(address))
    return 'forbidden';
  const { hostname, port, username, password } = new URL(address);
  return port + username + password === '' && allowed(hostname) ? 'allowed' : 'forbidden';
}
