import type { AllowedHosts } from './allowed-hosts.ts';
import { authorityAt, maxAuthorityLength } from './authority.ts';
import { signAt, slashesAt } from './signs.ts';

/**
 * What begins at a place of a text: nothing that a link begins with (`to` says as far as is known), an address that must
 * go, with where its host begins, or more text is needed.
 */
export type Address =
  | { readonly kind: 'none'; readonly to: number }
  | { readonly kind: 'forbidden'; readonly end: number }
  | { readonly kind: 'more' };

const web = ['http', 'https', 'ftp', 'ws', 'wss'];
/** Schemes that are no places: they run or hold something. */
const acting = ['javascript', 'vbscript', 'data', 'file', 'blob', 'filesystem', 'view-source'];
const schemes = [...web, ...acting];
const letters = /[a-z][a-z-]{0,12}/iy;
const dataBehind = /[a-z0-9.+-]{0,64}/iy;
/** What a name of a host can begin with, or an attacker's spelling of one. */
const hostBegin = /[\p{L}\p{N}%[&_-]/u;

const more: Address = { kind: 'more' };

/**
 * An address with a scheme that is known, at the beginning of a word: `https://…`, `https:…`, `http:\\…`,
 * `javascript:…`. A word that only may become one is waited for.
 */
export function schemeAt(text: string, at: number, ended: boolean, allowed: AllowedHosts): Address {
  letters.lastIndex = at;
  const word = letters.exec(text)?.[0].toLowerCase() ?? '';
  const end = at + word.length;
  if (end === text.length && !ended && schemes.some((name) => name.startsWith(word))) return more;
  if (!schemes.includes(word)) return { kind: 'none', to: at + 1 };

  // `\:` is a colon in markdown.
  const colonAt = text[end] === '\\' ? end + 1 : end;
  const colon = signAt(text, colonAt, ended);
  if (colon.open) return more;
  if (colon.sign !== ':') return { kind: 'none', to: end };
  const behind = colonAt + colon.length;
  const slashes = slashesAt(text, behind, ended);
  if (slashes.open) return more;
  const next = text[slashes.end];
  if (next === undefined && !ended) return more;
  const forbidden: Address = { kind: 'forbidden', end: slashes.end };
  const passed: Address = { kind: 'none', to: slashes.end };

  if (word === 'data') return slashes.count > 0 ? forbidden : mediaTypeAt(text, behind, ended);
  if (word === 'file') return slashes.count > 0 && isHeld(next) ? forbidden : passed;
  if (acting.includes(word)) return isHeld(next) || slashes.count > 0 ? forbidden : passed;
  // `https:` before a space is a word of a sentence.
  if (slashes.count === 0 && !hostBegin.test(text.slice(behind, behind + 2))) return passed;
  if (slashes.count === 0 && !hostBegin.test(next ?? '')) return passed;
  const authority = authorityAt(
    text,
    slashes.end,
    ended,
    allowed,
    'text',
    word === 'http' ? 'http:' : 'https:',
  );
  if (authority === 'more') return more;
  if (authority === 'none') return passed;
  const isSpelt = text.slice(at, slashes.end).toLowerCase() === `${word}://` && /^https?$/.test(word);
  return authority === 'allowed' && isSpelt ? passed : forbidden;
}

const isHeld = (next: string | undefined) => next !== undefined && !/\s/.test(next);

/** `data:text/html,…`, and no `data: see below`. */
function mediaTypeAt(text: string, at: number, ended: boolean): Address {
  dataBehind.lastIndex = at;
  const end = at + (dataBehind.exec(text)?.[0].length ?? 0);
  const next = text[end];
  if (next === undefined) return ended ? { kind: 'none', to: end } : more;
  const isMedia = end === at ? /[,;]/.test(next) : next === '/' && /[a-z]/i.test(text[at] ?? '');
  return isMedia ? { kind: 'forbidden', end } : { kind: 'none', to: at };
}

/** A colon behind any other word: with two slashes it is an address, whatever the scheme. */
export function colonAt(text: string, at: number, ended: boolean, allowed: AllowedHosts): Address {
  const passed: Address = { kind: 'none', to: at + 1 };
  const slashes = slashesAt(text, at + 1, ended);
  if (slashes.open) return more;
  // `C:\\Users` is how programs write a folder.
  if (slashes.count < 2 || !/^[/／&\s]/.test(text.slice(at + 1))) return passed;
  const authority = authorityAt(text, slashes.end, ended, allowed, 'text', '//');
  if (authority === 'more') return more;
  return authority === 'none' ? { kind: 'none', to: slashes.end } : { kind: 'forbidden', end: slashes.end };
}

const named = /^[\p{L}\p{N}_%&-][^(){}=;"'`,]*[.．。｡@:%][^(){}=;"'`,]*[\p{L}\p{N}]/u;

/** Hosts that are written as numbers: of 32 bits, or of the sixth version. */
const numbered = /^(?:\d{8,}(?!\w)|0x[\da-f]{7,}|\[[\da-f]*:[\da-f]*:[\da-f:.]*\])/i;

/**
 * Two slashes of either kind before something like a host, `//evil.example`. `before`: the character in front. Behind
 * letters, digits and slashes they are of a path, before a space they begin a comment.
 */
export function slashesBefore(
  text: string,
  at: number,
  ended: boolean,
  allowed: AllowedHosts,
  before: string,
): Address {
  if (/[\w./\\:)\]]/.test(before)) return { kind: 'none', to: at + 1 };
  const slashes = slashesAt(text, at, ended);
  if (slashes.open) return more;
  if (slashes.count < 2) return { kind: 'none', to: at + 1 };
  const passed: Address = { kind: 'none', to: slashes.end };
  const authority = authorityAt(text, slashes.end, ended, allowed, 'text', '//');
  if (authority === 'more') return more;
  if (authority === 'none' || (authority === 'allowed' && text.slice(at, slashes.end) === '//'))
    return passed;
  const border = /[/?#\\<>[\]^|\s]/g;
  border.lastIndex = slashes.end;
  const end = Math.min(border.exec(text)?.index ?? text.length, slashes.end + maxAuthorityLength);
  const isHost =
    named.test(text.slice(slashes.end, end)) ||
    numbered.test(text.slice(slashes.end, slashes.end + 48)) ||
    (/[(=]/.test(before) && text.startsWith('//', at));
  return isHost ? { kind: 'forbidden', end: slashes.end } : passed;
}

/** `www.` and a name, which many make a link of without a scheme. */
export function wwwAt(text: string, at: number, ended: boolean, allowed: AllowedHosts): Address {
  const begin = text.slice(at, at + 4).toLowerCase();
  if (!'www.'.startsWith(begin)) return { kind: 'none', to: at + 1 };
  const next = text[at + 4];
  if (next === undefined) return ended ? { kind: 'none', to: at + 1 } : more;
  if (!hostBegin.test(next)) return { kind: 'none', to: at + 4 };
  const authority = authorityAt(text, at, ended, allowed, 'text', 'http:');
  if (authority === 'more') return more;
  return authority === 'forbidden' ? { kind: 'forbidden', end: at + 4 } : { kind: 'none', to: at + 4 };
}
