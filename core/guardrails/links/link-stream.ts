import { type Address, colonAt, schemeAt, slashesBefore, wwwAt } from './address.ts';
import { type AllowedHosts, createAllowedHosts } from './allowed-hosts.ts';
import { destinationAt } from './destination.ts';
import { tagAt } from './tag.ts';

/** What may be shown now, and how many links were taken out of it. */
export interface LinkPiece {
  readonly text: string;
  readonly hits: number;
}

/** Takes an answer in pieces. After `end` it is empty and may be used anew. */
export interface LinkStream {
  push(text: string): LinkPiece;
  end(): LinkPiece;
  /** UTF-16 units that are held back now. */
  readonly held: number;
}

/** Stands in the place of what led somewhere else. */
export const LINK_REMOVED = '[link removed]';

/** Longest `<…>` behind `](` and `]:`; a longer one is no destination of anything. */
const maxAngled = 512;
/** Longest name of an attribute, and longest space before its `=`. */
const maxName = 64;

type Step =
  | { readonly kind: 'more' }
  | { readonly kind: 'pass'; readonly to: number }
  | { readonly kind: 'remove'; readonly end: number; readonly rest: 'word' | 'angle' | 'nothing' };

/** What a forbidden address ends with. Never `(` or `:`, which would make a link of the brackets in its place. */
const borders = { word: /[\s<>"'`)\]|]/g, angle: /[\n>]/g };
/** Where something may begin. Letters: of schemes, and of `www`. */
const triggers = /[:：/／\\＼<>("'w]|(?<![a-z0-9+-])[bdfhjv]/gi;
/** Attributes that load or run something, or lead somewhere. */
const loading =
  /^(?:on.*|style|srcdoc|.*src|srcset|imagesrcset|.*href|action|formaction|poster|background|data|cite|ping|manifest|content|codebase|dynsrc|xml:base)$/i;

/**
 * Lets links and images lead to allowed hosts alone, while the answer streams. Whatever a renderer of markdown or HTML
 * might make a link of counts as one: addresses with a scheme or `www.`, `//host`, destinations of markdown, tags. What
 * is allowed and what is no link pass unchanged; of the rest the address becomes `[link removed]`, and so does a whole
 * tag. Held back is only what may begin a link: at most a host's name, a tag, or the begin of a destination.
 *
 * How the text is cut makes no difference. Invisible characters are expected to be gone.
 *
 * @param hosts `docs.example.com`, or `*.example.com` for all below it
 */
export function createLinkStream(hosts: readonly string[]): LinkStream {
  const allowed = createAllowedHosts(hosts);
  let held = '';
  let state = begin();

  const take = (text: string, ended: boolean): LinkPiece => {
    const all = held + text;
    let shown = '';
    let hits = 0;
    let at = 0;
    const show = (to: number) => {
      shown += all.slice(at, to);
      state.before = (state.before + all.slice(at, to)).slice(-4);
      at = to;
    };
    while (at < all.length) {
      if (state.dropping) {
        const border = borders[state.dropping];
        border.lastIndex = at;
        const found = border.exec(all);
        at = found ? found.index : all.length;
        if (!found) break;
        if (state.dropping === 'angle' && all[at] === '>') at += 1;
        state.dropping = undefined;
        continue;
      }
      const step = next(all, at, ended, allowed, state);
      if (step.kind === 'more') break;
      if (step.kind === 'pass') {
        show(step.to);
        continue;
      }
      hits += 1;
      shown += LINK_REMOVED;
      state.before = LINK_REMOVED.slice(-4);
      state.destination = false;
      state.dropping = step.rest === 'nothing' ? undefined : step.rest;
      at = step.end;
    }
    held = all.slice(at);
    if (ended) {
      held = '';
      state = begin();
    }
    return { text: shown, hits };
  };

  return {
    push: (text) => take(text, false),
    end: () => take('', true),
    get held() {
      return held.length;
    },
  };
}

/** What is known of the text so far. */
interface State {
  /** The last characters that were shown. */
  before: string;
  /** A destination is expected: behind `](`, `]:` and `url(`. */
  destination: boolean;
  /** The rest of a forbidden address, or of an angle bracket, is on its way. */
  dropping: 'word' | 'angle' | undefined;
  /** A tag may be open that could not be read. */
  unclear: boolean;
  /** A quote was seen in it: nobody knows which `>` closes it. */
  quoted: boolean;
}

const begin = (): State => ({
  before: '',
  destination: false,
  dropping: undefined,
  unclear: false,
  quoted: false,
});

function next(text: string, at: number, ended: boolean, allowed: AllowedHosts, state: State): Step {
  if (state.destination) {
    const step = destinationStep(text, at, ended, allowed, state);
    if (step) return step;
  }
  const char = text[at] ?? '';
  const before = state.before.at(-1) ?? '';
  if (state.unclear) {
    if (char === '"' || char === "'") state.quoted = true;
    if (char === '>' && !state.quoted) state.unclear = false;
    if (/[a-z]/i.test(char) && !/[\w:.-]/.test(before)) {
      const step = attributeStep(text, at, ended);
      if (step) return step;
    }
  }
  if ((char === '(' || char === ':') && before === ']') {
    state.destination = true;
    return { kind: 'pass', to: at + 1 };
  }
  switch (char) {
    case '(':
      state.destination = state.before.slice(-3).toLowerCase() === 'url';
      return { kind: 'pass', to: at + 1 };
    case '<':
      return tagStep(text, at, ended, allowed, state);
    case ':':
    case '：':
      return stepOf(colonAt(text, at, ended, allowed));
    case '/':
    case '\\':
    case '／':
    case '＼':
      return stepOf(slashesBefore(text, at, ended, allowed, before));
  }
  const begins = /[bdfhjvw]/i.test(char);
  if (begins && /w/i.test(char)) {
    const found = wwwAt(text, at, ended, allowed);
    if (found.kind !== 'none') return stepOf(found);
  }
  if (begins && !/[a-z0-9+-]/i.test(before)) return stepOf(schemeAt(text, at, ended, allowed));
  return { kind: 'pass', to: state.unclear ? at + 1 : nextTrigger(text, at + 1) };
}

function stepOf(found: Address): Step {
  if (found.kind === 'none') return { kind: 'pass', to: found.to };
  return found.kind === 'more' ? found : { kind: 'remove', end: found.end, rest: 'word' };
}

function nextTrigger(text: string, from: number): number {
  triggers.lastIndex = from;
  return triggers.exec(text)?.index ?? text.length;
}

/** The step where a destination is expected; `undefined` where it is as good as any text. */
function destinationStep(
  text: string,
  at: number,
  ended: boolean,
  allowed: AllowedHosts,
  state: State,
): Step | undefined {
  // Quotes of lists and of CSS stand before a destination as well.
  if (/[\s>("']/.test(text[at] ?? '')) return { kind: 'pass', to: at + 1 };
  const isAngled = text[at] === '<';
  if (isAngled) {
    const border = borders.angle;
    border.lastIndex = at + 1;
    const end = border.exec(text)?.index ?? text.length;
    if (end - at > maxAngled) return { kind: 'remove', end: at + 1, rest: 'angle' };
    if (end === text.length && !ended) return { kind: 'more' };
    // biome-ignore lint/suspicious/noControlCharactersInRegex: browsers drop them.
    if (/[\x00-\x1f\x7f]/.test(text.slice(at + 1, end))) {
      return { kind: 'remove', end: at + 1, rest: 'angle' };
    }
  }
  const found = destinationAt(text, isAngled ? at + 1 : at, ended, allowed, isAngled ? 'whole' : 'text');
  if (found === 'more') return { kind: 'more' };
  state.destination = false;
  if (found === 'allowed') return undefined;
  return { kind: 'remove', end: at + 1, rest: isAngled ? 'angle' : 'word' };
}

function tagStep(text: string, at: number, ended: boolean, allowed: AllowedHosts, state: State): Step {
  const tag = tagAt(text, at, ended, allowed);
  if (tag.kind === 'more') return { kind: 'more' };
  if (tag.kind === 'forbidden') return { kind: 'remove', end: tag.end, rest: 'nothing' };
  if (tag.kind === 'unclear') {
    state.unclear = true;
  }
  // What stands inside is looked at as any text is.
  return { kind: 'pass', to: at + 1 };
}

/** In a tag that could not be read, no attribute may begin that leads somewhere. */
function attributeStep(text: string, at: number, ended: boolean): Step | undefined {
  const name = /[a-z][\w:.-]*/iy;
  name.lastIndex = at;
  const found = name.exec(text)?.[0] ?? '';
  const end = at + found.length;
  if (end === text.length && !ended && found.length <= maxName) return { kind: 'more' };
  if (!loading.test(found)) return undefined;
  const sign = /\s*/y;
  sign.lastIndex = end;
  const equals = end + (sign.exec(text)?.[0].length ?? 0);
  if (found.length > maxName || equals - end > maxName) return { kind: 'remove', end, rest: 'nothing' };
  if (equals === text.length && !ended) return { kind: 'more' };
  return text[equals] === '=' ? { kind: 'remove', end: equals + 1, rest: 'nothing' } : undefined;
}
