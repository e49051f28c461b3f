/** What a text may have at most. */
export interface StrictJsonLimits {
  /** Length as UTF-8. */
  readonly maxBytes: number;
  /** Objects and arrays inside one another: `[]` is 1 deep, `[{}]` is 2, a bare number 0. */
  readonly maxDepth: number;
  /** Members of all objects and elements of all arrays together; without it only `maxBytes` bounds them. */
  readonly maxMembers?: number;
}

export type StrictJsonReason =
  | 'too-large'
  | 'not-utf8'
  | 'malformed'
  | 'too-deep'
  | 'too-many-members'
  | 'duplicate-member'
  | 'forbidden-name'
  | 'lone-surrogate';

/** Why a text was refused and where; neither tells a value of it. */
export class StrictJsonError extends Error {
  override readonly name = 'StrictJsonError';
  readonly reason: StrictJsonReason;
  /** JSON pointer (RFC 6901) of the member or its object; empty when the whole text is meant. At most 256 characters. */
  readonly pointer: string;

  constructor(reason: StrictJsonReason, pointer = '') {
    super(`refused as JSON: ${reason}`);
    this.reason = reason;
    this.pointer = pointer;
  }
}

/** An object or array that the scan is in. */
interface Frame {
  /** Names seen so far; absent in an array. */
  readonly names?: Set<string>;
  /** The name or index of the member that the scan is at. */
  at: string | number;
  /** The next string is a name, not a value. */
  wantsName: boolean;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [0x7b, 0x7d, 0x5b, 0x5d];
const maxPointerChars = 256;

/**
 * Parses JSON (RFC 8259) of which there is only one reading: what two parsers could read differently is refused. The
 * text is UTF-8 without a byte order mark, no string holds half a surrogate pair, and no object names a member twice,
 * where `"a"` and `"\u0061"` are the same name.
 *
 * A member called `__proto__` is refused at any depth, since copying it with `target[name] = value` would change a
 * prototype. `constructor` and `prototype` are kept as own data properties, like every other name: look claims and
 * fields up with `Object.hasOwn` or a schema.
 *
 * Takes time linear in the length. Numbers are JavaScript's: out of range they become infinite, as in `JSON.parse`.
 *
 * @returns what `JSON.parse` makes of the text.
 * @throws {StrictJsonError} and nothing else.
 */
export function parseStrictJson(input: Uint8Array | string, limits: StrictJsonLimits): unknown {
  const text = decoded(input, limits.maxBytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The library's message quotes the text.
    throw new StrictJsonError('malformed');
  }
  scan(text, limits);
  return value;
}

function decoded(input: Uint8Array | string, maxBytes: number): string {
  if (typeof input === 'string') {
    if (input.length > maxBytes || Buffer.byteLength(input) > maxBytes)
      throw new StrictJsonError('too-large');
    if (!input.isWellFormed()) throw new StrictJsonError('not-utf8');
    return input;
  }
  if (input.byteLength > maxBytes) throw new StrictJsonError('too-large');
  try {
    return utf8.decode(input);
  } catch {
    throw new StrictJsonError('not-utf8');
  }
}

/** Walks once over a text that is known to be JSON, so that only strings, brackets and commas matter. */
function scan(text: string, { maxDepth, maxMembers = Number.POSITIVE_INFINITY }: StrictJsonLimits): void {
  const frames: Frame[] = [];
  let members = 0;

  const count = () => {
    members += 1;
    if (members > maxMembers) throw new StrictJsonError('too-many-members', pointerOf(frames.slice(0, -1)));
  };
  const open = (names?: Set<string>) => {
    if (frames.length >= maxDepth) throw new StrictJsonError('too-deep', pointerOf(frames));
    frames.push(names ? { names, at: '', wantsName: true } : { at: 0, wantsName: false });
  };

  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    const frame = frames.at(-1);
    if (code === QUOTE) {
      const end = endOfString(text, i);
      const literal = text.slice(i, end);
      if (frame?.names && frame.wantsName) {
        count();
        frame.at = newName(literal, frame.names, frames);
        frame.wantsName = false;
      } else if (!unescaped(literal).isWellFormed()) {
        throw new StrictJsonError('lone-surrogate', pointerOf(frames));
      }
      i = end - 1;
    } else if (code === OPEN_OBJECT) {
      open(new Set());
    } else if (code === OPEN_ARRAY) {
      open();
      if (text.charCodeAt(skipSpace(text, i + 1)) !== CLOSE_ARRAY) count();
    } else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) {
      frames.pop();
    } else if (code === COMMA && frame) {
      if (frame.names) frame.wantsName = true;
      else {
        frame.at = Number(frame.at) + 1;
        count();
      }
    }
  }
}

/** @throws {StrictJsonError} when the object may not have such a name, or has it already. */
function newName(literal: string, names: Set<string>, frames: readonly Frame[]): string {
  const name = unescaped(literal);
  const refused = (reason: StrictJsonReason, here = pointerOf(frames.slice(0, -1))) =>
    new StrictJsonError(reason, here);
  if (!name.isWellFormed()) throw refused('lone-surrogate');
  if (name === '__proto__') throw refused('forbidden-name');
  if (names.has(name)) throw refused('duplicate-member', pointerOf([...frames.slice(0, -1), { at: name }]));
  names.add(name);
  return name;
}

/** Index after the closing quote of the string that begins at `start`. */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (i < text.length && text.charCodeAt(i) !== QUOTE) i += text.charCodeAt(i) === BACKSLASH ? 2 : 1;
  return i + 1;
}

function skipSpace(text: string, start: number): number {
  let i = start;
  // Space, tab, line feed, carriage return: all that JSON knows, and nothing else in it is so low.
  while (i < text.length && text.charCodeAt(i) <= 0x20) i += 1;
  return i;
}

/** What a string literal, quotes included, means. */
const unescaped = (literal: string): string =>
  literal.includes('\\') ? String(JSON.parse(literal)) : literal.slice(1, -1);

function pointerOf(frames: readonly Pick<Frame, 'at'>[]): string {
  let pointer = '';
  for (const { at } of frames) {
    const step = `/${String(at).replace(/~/g, '~0').replace(/\//g, '~1')}`;
    // A pointer that is cut names what the place is in.
    if (pointer.length + step.length > maxPointerChars) break;
    pointer += step;
  }
  return pointer;
}
