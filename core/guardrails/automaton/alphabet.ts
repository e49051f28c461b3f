import { upperOf } from './character-set.ts';
import type { Network } from './network.ts';

/** The class of what stands before the first character and behind the last: in no set. */
export const edge = 0;

const maxClasses = 1024;
const maxPages = 64;

/**
 * Characters that no set tells apart are of one class. Classes are found as characters are met, and numbered from 1;
 * at most `maxClasses`, each with a bit for every set.
 */
export class Alphabet {
  /** By character below 128: its class, or 0 where it was not met yet. */
  readonly ascii = new Uint16Array(0x80);
  readonly #sets: Network['sets'];
  readonly #alike: (codePoint: number) => number;
  readonly #asserted: Uint16Array;
  readonly #words: number;
  readonly #bits: Uint32Array[] = [];
  readonly #kinds: number[] = [];
  readonly #classByBits = new Map<string, number>();
  readonly #kindByBits = new Map<string, number>();
  readonly #pages = new Map<number, Uint16Array>();

  constructor(
    { sets, assertedSets }: Network,
    alike: (codePoint: number) => number = (codePoint) => codePoint,
  ) {
    this.#alike = alike;
    this.#sets = sets;
    this.#asserted = assertedSets;
    this.#words = Math.max(1, Math.ceil(sets.length / 32));
    this.#bits.push(new Uint32Array(this.#words));
    // The edge is of its own kind: `^` tells it from characters that are in no set either.
    this.#kinds.push(0);
    this.#kindByBits.set('edge', 0);
  }

  /** How many classes were met, the edge among them. */
  get size(): number {
    return this.#bits.length;
  }

  /** The class of a character, or the edge where there are too many of them: then a new alphabet must be begun. */
  classOf(codePoint: number): number {
    if (codePoint < 0x80) {
      const known = this.ascii[codePoint] ?? 0;
      if (known !== 0) return known;
      const found = this.#find(codePoint);
      this.ascii[codePoint] = found;
      return found;
    }
    const number = codePoint >>> 8;
    let page = this.#pages.get(number);
    if (page === undefined) {
      if (this.#pages.size >= maxPages) this.#pages.clear();
      page = new Uint16Array(0x100);
      this.#pages.set(number, page);
    }
    const known = page[codePoint & 0xff] ?? 0;
    if (known !== 0) return known;
    const found = this.#find(codePoint);
    page[codePoint & 0xff] = found;
    return found;
  }

  /** Whether characters of a class are in a set. */
  has(cls: number, set: number): boolean {
    return (((this.#bits[cls]?.[set >>> 5] ?? 0) >>> (set & 31)) & 1) === 1;
  }

  /** Classes that assertions do not tell apart are of one kind. */
  kindOf(cls: number): number {
    return this.#kinds[cls] ?? 0;
  }

  #find(codePoint: number): number {
    const bits = new Uint32Array(this.#words);
    const upper = upperOf(codePoint);
    const alike = this.#alike(codePoint);
    this.#sets.forEach((set, i) => {
      if (set.has(codePoint, upper) || (alike !== codePoint && set.has(alike)))
        bits[i >>> 5] = (bits[i >>> 5] ?? 0) | (1 << (i & 31));
    });
    const key = bits.join();
    const known = this.#classByBits.get(key);
    if (known !== undefined) return known;
    if (this.#bits.length >= maxClasses) return edge;
    const cls = this.#bits.push(bits) - 1;
    this.#classByBits.set(key, cls);
    let kindKey = '';
    for (const set of this.#asserted) kindKey += this.has(cls, set) ? '1' : '0';
    const kind = this.#kindByBits.get(kindKey) ?? this.#kindByBits.size;
    this.#kindByBits.set(kindKey, kind);
    this.#kinds.push(kind);
    return cls;
  }
}
