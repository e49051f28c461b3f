/** Where a term stands in one segment. */
export interface TermMatches {
  readonly term: string;
  /** `weight` is what the term counts in the row before its rarity: BM25 without the inverse document frequency. */
  readonly rows: readonly { readonly row: number; readonly weight: number }[];
}

/**
 * Ranks rows of several segments by BM25 as if they were one collection: how rare a term is, is counted over all of
 * them. Each segment by itself would not do: in a segment of one chunk every word is in every chunk.
 *
 * @param segments the matches and the number of rows of each
 * @returns best first; `at` is the position in `segments`
 */
export function rankKeywords(
  segments: readonly { readonly rows: number; readonly matches: readonly TermMatches[] }[],
): { at: number; row: number; score: number }[] {
  const total = segments.reduce((sum, segment) => sum + segment.rows, 0);
  const containing = new Map<string, number>();
  for (const { matches } of segments) {
    for (const { term, rows } of matches) containing.set(term, (containing.get(term) ?? 0) + rows.length);
  }
  return segments
    .flatMap(({ matches }, at) => {
      const scores = new Map<number, number>();
      for (const { term, rows } of matches) {
        const rarity = inverseDocumentFrequency(total, containing.get(term) ?? 0);
        for (const { row, weight } of rows) scores.set(row, (scores.get(row) ?? 0) + rarity * weight);
      }
      return [...scores].map(([row, score]) => ({ at, row, score }));
    })
    .sort((a, b) => b.score - a.score || a.at - b.at || a.row - b.row);
}

/** The form that Lucene uses: never negative, so that a word in most chunks does not count against a chunk. */
function inverseDocumentFrequency(total: number, containing: number): number {
  return Math.log(1 + (total - containing + 0.5) / (containing + 0.5));
}
