import Database from 'better-sqlite3';
import type { TermMatches } from './keyword-ranking.ts';

/** Weight of a word in the title, in the section's headings, in the text. */
const columnWeights = '2.0, 1.5, 1.0';

/** The FTS5 half of a segment, opened in memory for reading. */
export interface KeywordIndex {
  /** The rows that contain each term; terms as from `keywordTerms`. */
  matches(terms: readonly string[]): TermMatches[];
  dispose(): void;
}

/** @param rows how many rows the index has; @throws when the bytes are no such database. */
export function openKeywordIndex(bytes: Uint8Array, rows: number): KeywordIndex {
  const db = new Database(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), { readonly: true });
  const find = db
    .prepare<[string], [number, number]>(
      `SELECT rowid, -bm25(keywords, ${columnWeights}) FROM keywords WHERE keywords MATCH ?`,
    )
    .raw();
  return {
    matches: (terms) =>
      terms.map((term) => {
        const found = find.all(`"${term.replaceAll('"', '')}"`);
        const own = ownInverseDocumentFrequency(rows, found.length);
        return { term, rows: found.map(([rowid, score]) => ({ row: rowid - 1, weight: score / own })) };
      }),
    dispose: () => db.close(),
  };
}

/**
 * The factor that FTS5's `bm25()` gave the term in this index (https://www.sqlite.org/fts5.html#the_bm25_function),
 * to be divided out again: the caller counts rarity over all of a tenant's segments.
 */
function ownInverseDocumentFrequency(rows: number, containing: number): number {
  const value = Math.log((rows - containing + 0.5) / (containing + 0.5));
  return value <= 0 ? 1e-6 : value;
}
