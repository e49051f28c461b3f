import type { AllowedHosts } from './allowed-hosts.ts';

/** What stands where a host would: `none` is nothing that a link could lead to, `more` needs more of the text. */
export type Authority = 'allowed' | 'forbidden' | 'none' | 'more';

/** Characters of the longest authority that is looked at; a name of a host has at most 253. */
const maxAuthorityLength = 300;

/**
 * What ends an authority for a browser, or makes it no address at all. Nothing else does: `a.example,b.evil.example` is
 * one host, and so is `a.example".evil.example`.
 */
const border = /[/?#\\<>[\]^|\s]/g;
/** What may stand behind a link in a sentence, or around one, and is not of it. */
const trailing = /[.,;:!?'")*_~}`…»”’]+$/;
const plain = /^([a-z0-9.-]+)(?::(?:80|443))?$/i;

/** Judges the authority that begins at a place: the host, with what an attacker puts around it. */
export function authorityAt(text: string, at: number, ended: boolean, allowed: AllowedHosts): Authority {
  if (text[at] === '[') return 'forbidden';
  border.lastIndex = at;
  const end = border.exec(text)?.index ?? text.length;
  if (end - at > maxAuthorityLength) return 'forbidden';
  if (end === text.length && !ended) return 'more';
  const sign = text[end] ?? '';
  const raw = text.slice(at, end);
  const name = '/?#'.includes(sign) && sign !== '' ? raw : raw.replace(trailing, '');
  if (name === '') return raw === '' && sign === '\\' ? 'forbidden' : 'none';
  // Markdown takes `\.` for a dot: the host may go on behind a backslash.
  const host = sign === '\\' ? undefined : plain.exec(name)?.[1];
  return host !== undefined && allowed(host) ? 'allowed' : 'forbidden';
}
