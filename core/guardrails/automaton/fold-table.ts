/** What one character of a text is compared as: none, one or more. */
export type Fold = (codePoint: number) => readonly number[];

/** A character that is compared as something else. */
export interface FoldedMember {
  readonly codePoint: number;
  readonly folded: readonly number[];
  /** All that it is folded to is ASCII, if anything. */
  readonly isAscii: boolean;
}

const pageSize = 0x100;
/** Han, Hangul, surrogates and private use: whole pages of characters that every fold leaves as they are. */
const unchanged: readonly (readonly [from: number, to: number])[] = [
  [0x3400, 0x9fff],
  [0xac00, 0xd7ff],
  [0xd800, 0xf8ff],
  [0x20000, 0x2f7ff],
  [0x2fb00, 0x10ffff],
];
const tables = new WeakMap<Fold, FoldTable>();

/**
 * The characters that a fold changes, page by page of 256. A page is gone through once in the life of the process,
 * whatever ranges are asked for, and asking costs no more than there are changed characters in them.
 */
export class FoldTable {
  readonly #fold: Fold;
  readonly #pages = new Map<number, readonly FoldedMember[]>();

  private constructor(fold: Fold) {
    this.#fold = fold;
  }

  static of(fold: Fold): FoldTable {
    const known = tables.get(fold) ?? new FoldTable(fold);
    tables.set(fold, known);
    return known;
  }

  /** Those from `from` to `to`, both of them included. */
  within(from: number, to: number): readonly FoldedMember[] {
    const found: FoldedMember[] = [];
    for (let page = Math.floor(from / pageSize); page * pageSize <= to; page += 1) {
      const skipped = unchanged.find(([first, last]) => page * pageSize >= first && page * pageSize <= last);
      if (skipped !== undefined) {
        page = Math.floor(skipped[1] / pageSize);
        continue;
      }
      for (const member of this.#page(page))
        if (member.codePoint >= from && member.codePoint <= to) found.push(member);
    }
    return found;
  }

  #page(page: number): readonly FoldedMember[] {
    const known = this.#pages.get(page);
    if (known !== undefined) return known;
    const members: FoldedMember[] = [];
    for (let codePoint = page * pageSize; codePoint < (page + 1) * pageSize; codePoint += 1) {
      const folded = this.#fold(codePoint);
      if (folded.length !== 1 || folded[0] !== codePoint)
        members.push({ codePoint, folded, isAscii: folded.every((each) => each < 0x80) });
    }
    this.#pages.set(page, members);
    return members;
  }
}
