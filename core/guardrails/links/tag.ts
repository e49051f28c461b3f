import type { AllowedHosts } from './allowed-hosts.ts';
import { destinationAt } from './destination.ts';

/**
 * What begins with `<`: no tag at all; a tag that leads nowhere; one that must go, with its end; one that is not written
 * as a tag should be, of which nobody knows how a browser will read it; or more text is needed.
 */
export type Tag =
  | { readonly kind: 'none' | 'harmless' | 'unclear' | 'more' }
  | { readonly kind: 'forbidden'; readonly end: number };

/** UTF-16 units of the longest tag that is read whole. */
const maxTagLength = 1_024;
/** `a <b then we see` is a sentence: names alone are not waited for longer. */
const maxBareNames = 3;

/** Elements that load, run, hide or send something by themselves, or change where links lead. */
const dangerous = new Set(
  (
    'applet audio base bgsound body dialog embed fencedframe form frame frameset head html iframe image isindex layer ' +
    'link listing math meta noembed noframes noscript object param picture plaintext portal script select source ' +
    'style svg template textarea title track video xml xmp'
  ).split(' '),
);
/** Attributes that can do nothing, whatever their value. */
const plainAttributes = new Set(
  (
    'abbr align alt border cellpadding cellspacing checked class cols colspan compact controls dir disabled headers ' +
    'height hidden hspace id label lang max maxlength min name open placeholder readonly rel required reversed role ' +
    'rows rowspan scope size span start summary tabindex target title translate type valign value vspace width'
  ).split(' '),
);
const destinationAttributes = new Set(['href', 'src', 'cite']);

const nameAt = /<\/?([a-z][a-z0-9-]*)/iy;
/** `<std::string>` is how programs write a type, and leads nowhere where a renderer makes a link of it. */
const typeName = /^std(?:::[a-z_]\w*)+$/i;
const scheme = /<[a-z][a-z0-9+.-]*:/iy;
/** White space of HTML: an unquoted value goes on behind any other. */
const spaces = /[ \t\n\r\f]*/y;
const attributeName = /[a-z_@:][\w.:@-]*/iy;
const quoted = /"[^"<>`]*"|'[^'<>`]*'/y;
const openQuoted = /"[^"<>`]*$|'[^'<>`]*$/y;
const unquoted = /[^ \t\n\r\f"'=<>`]+/y;

/** Reads the tag that begins at a `<`. `ended`: nothing comes behind the text. */
export function tagAt(text: string, at: number, ended: boolean, allowed: AllowedHosts): Tag {
  const first = text[at + 1];
  if (first === undefined) return { kind: ended ? 'none' : 'more' };
  if (first === '!' || first === '?') return { kind: 'unclear' };
  if (!/[a-z/]/i.test(first)) return { kind: 'none' };
  const all = text.slice(0, at + maxTagLength);
  const short: Tag = { kind: ended || all.length < text.length ? 'unclear' : 'more' };
  const take = (pattern: RegExp, from: number) => {
    pattern.lastIndex = from;
    return pattern.exec(all)?.[0] ?? '';
  };

  const opening = take(nameAt, at);
  if (opening === '') return all.length === at + 2 ? short : { kind: 'none' };
  let here = at + opening.length;
  if (here === all.length && short.kind === 'more') return short;
  const name = opening.replace(/^<\/?/, '').toLowerCase();
  const closing = opening.startsWith('</');
  if (/[+.:]/.test(all[here] ?? '')) return autolinkAt(all, at, take(scheme, at), short, allowed);
  const isWhole = here >= all.length || /[ \t\n\r\f/>]/.test(all[here] ?? '');
  if (isWhole && !closing && dangerous.has(name)) return { kind: 'forbidden', end: here };

  let forbidden = false;
  let bare = 0;
  for (;;) {
    const gap = take(spaces, here);
    here += gap.length;
    if (here >= all.length) return short;
    if (all[here] === '>') return forbidden ? { kind: 'forbidden', end: here + 1 } : { kind: 'harmless' };
    if (all[here] === '/') {
      if (here + 1 >= all.length) return short;
      if (all[here + 1] !== '>') return { kind: 'unclear' };
      here += 1;
      continue;
    }
    const attribute = gap === '' ? '' : take(attributeName, here);
    if (attribute === '') return { kind: 'unclear' };
    here += attribute.length;
    const sign = here + take(spaces, here).length;
    if (sign >= all.length) return short;
    if (all[sign] !== '=') {
      bare += 1;
      if (bare > maxBareNames) return { kind: 'unclear' };
      continue;
    }
    here = sign + 1 + take(spaces, sign + 1).length;
    const isQuoted = all[here] === '"' || all[here] === "'";
    const value = take(isQuoted ? quoted : unquoted, here);
    if (here + value.length >= all.length || take(openQuoted, here) !== '') return short;
    if (value === '') return { kind: 'unclear' };
    here += value.length;
    const key = attribute.toLowerCase();
    if (plainAttributes.has(key)) continue;
    const within = isQuoted ? value.slice(1, -1) : value;
    forbidden ||= !destinationAttributes.has(key) || !isDestination(within.trim(), allowed);
  }
}

/** `<scheme:…>` without spaces is a link in markdown, and what is no link may be a tag. */
function autolinkAt(text: string, at: number, opening: string, short: Tag, allowed: AllowedHosts): Tag {
  if (opening === '') {
    const rest = /[^a-z0-9+.:-]|:/gi;
    rest.lastIndex = at + 1;
    const end = rest.exec(text)?.index;
    return end === undefined ? short : { kind: 'unclear' };
  }
  const border = /[ \t\n\r\f<>]/g;
  border.lastIndex = at + opening.length;
  const end = border.exec(text)?.index;
  if (end === undefined) return short.kind === 'more' ? short : { kind: 'forbidden', end: text.length };
  if (text[end] !== '>') return { kind: 'unclear' };
  const within = text.slice(at + 1, end);
  return typeName.test(within) || isDestination(within, allowed)
    ? { kind: 'harmless' }
    : { kind: 'forbidden', end: end + 1 };
}

/** Browsers drop tabs and line ends, and take a backslash for a slash. */
const isDestination = (value: string, allowed: AllowedHosts) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they drop.
  !/[\x00-\x1f\x7f\\]/.test(value) && destinationAt(value, 0, true, allowed, 'whole') === 'allowed';
