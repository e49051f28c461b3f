import { rankKeywords } from './keyword-ranking.ts';
import { keywordTerms } from './keyword-terms.ts';
import type { CandidateSentence } from './ranking.ts';
import { reciprocalRanks } from './reciprocal-ranks.ts';
import type { RetrievedChunk } from './schema.ts';
import type { SegmentReader } from './segment-reader.ts';

/** How many of each ranking go into the fusion, for every chunk asked for; at least `minCandidates`. */
const candidatesPerChunk = 4;
const minCandidates = 24;
/** Chunks whose sentences are looked at as evidence. */
const evidenceChunks = 6;

/** An opened segment and which of its rows count: 1 for a live row. */
export interface SearchedSegment {
  readonly reader: SegmentReader;
  readonly live: Uint8Array;
  readonly liveRows: number;
}

export interface FoundChunks {
  /** Best first. `score` is the cosine to four digits, the order is that of the fusion. */
  readonly chunks: RetrievedChunk[];
  /** The sentences of the best chunks, with their vectors. */
  readonly sentences: CandidateSentence[];
}

/** Marks the rows of a segment that belong to live versions. */
export function searchedSegment(
  reader: SegmentReader,
  documents: readonly { document_id: string; version: number }[],
): SearchedSegment {
  const versions = new Map(documents.map((d) => [d.document_id, d.version]));
  const live = new Uint8Array(reader.rows);
  let liveRows = 0;
  for (let row = 0; row < reader.rows; row++) {
    const { document_id, version } = reader.documentOf(row);
    if (versions.get(document_id) !== version) continue;
    live[row] = 1;
    liveRows++;
  }
  return { reader, live, liveRows };
}

/**
 * Searches all segments of one tenant by meaning and by words, and merges both. Finds every live chunk in a tenant
 * with few of them: near or not is for the reader of the scores to decide.
 *
 * @param vector the query's, from the embedder that the segments were made with
 * @param k chunks at the most
 */
export function hybridSearch(
  segments: readonly SearchedSegment[],
  query: string,
  vector: Float32Array,
  k: number,
): FoundChunks {
  const wanted = Math.max(minCandidates, k * candidatesPerChunk);
  const key = (at: number, row: number) => `${at}/${row}`;
  const places = new Map<string, { at: number; row: number }>();
  const note = (at: number, row: number): string => {
    places.set(key(at, row), { at, row });
    return key(at, row);
  };

  const nearest = segments
    .flatMap((segment, at) => nearestLive(segment, vector, wanted).map((hit) => ({ at, ...hit })))
    .sort((a, b) => b.score - a.score || a.at - b.at || a.row - b.row)
    .slice(0, wanted)
    .map(({ at, row }) => note(at, row));
  const terms = keywordTerms(query);
  const matches = segments.map(({ reader }) => ({
    rows: reader.rows,
    matches: reader.keywordMatches(terms),
  }));
  const worded = rankKeywords(matches)
    .filter(({ at, row }) => segments[at]?.live[row] === 1)
    .slice(0, wanted)
    .map(({ at, row }) => note(at, row));

  const best = withFirsts(reciprocalRanks([nearest, worded]), [nearest, worded], k);
  const found: FoundChunks = { chunks: [], sentences: [] };
  for (const [place, id] of best.entries()) {
    const { at, row } = places.get(id) as { at: number; row: number };
    const { reader } = segments[at] as SearchedSegment;
    const chunk = reader.chunk(row);
    found.chunks.push({ ...chunk, score: Math.round(reader.similarity(row, vector) * 10_000) / 10_000 });
    if (place >= evidenceChunks) continue;
    for (const { sentence, vector: own } of reader.sentences(row)) {
      const { text, start, end } = sentence;
      found.sentences.push({ chunk, text, start, end, vector: own });
    }
  }
  return found;
}

/**
 * The best `k`, the first of each ranking among them. A chunk that only one ranking knows is behind all that both
 * know, yet the only one with an order number or a product's name may be the one that was asked for.
 */
function withFirsts(fused: readonly string[], rankings: readonly (readonly string[])[], k: number): string[] {
  const best = fused.slice(0, k);
  if (k <= rankings.length) return best;
  const missing = rankings.flatMap(([first]) => (first === undefined || best.includes(first) ? [] : [first]));
  return [...best.slice(0, k - missing.length), ...missing];
}

/**
 * The nearest live rows of one segment. FAISS knows nothing of liveness, so it is asked for more until enough of
 * what it finds is live.
 */
function nearestLive({ reader, live, liveRows }: SearchedSegment, vector: Float32Array, wanted: number) {
  const enough = Math.min(wanted, liveRows);
  if (enough === 0) return [];
  const hidden = reader.rows - liveRows;
  for (let asked = wanted + Math.min(hidden, wanted); ; asked *= 4) {
    const hits = reader.searchVectors(vector, asked).filter(({ row }) => live[row] === 1);
    if (hits.length >= enough || asked >= reader.rows) return hits.slice(0, wanted);
  }
}
