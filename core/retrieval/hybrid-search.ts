import { inGroups } from '../identity/groups.ts';
import { rankKeywords, type TermMatches } from './keyword-ranking.ts';
import { keywordTerms } from './keyword-terms.ts';
import type { CandidateSentence } from './ranking.ts';
import { reciprocalRanks } from './reciprocal-ranks.ts';
import type { RetrievedChunk } from './schema.ts';
import type { RowScore, SegmentReader } from './segment-reader.ts';

/** How many of each ranking go into the fusion, for every chunk asked for; at least `minCandidates`. */
const candidatesPerChunk = 4;
const minCandidates = 24;
/** Chunks whose sentences are looked at as evidence. */
const evidenceChunks = 6;
/** Where at most one row in so many may be seen, they are compared one by one: asking for more and more costs more. */
const scannedShare = 8;

/** An opened segment and which of its rows count: 1 for a live row. */
export interface SearchedSegment {
  readonly reader: SegmentReader;
  readonly live: Uint8Array;
  readonly liveRows: number;
  /** The live rows that are not for everybody, by whom they are for. */
  readonly grouped: readonly GroupedRows[];
}

interface GroupedRows {
  readonly groups: readonly string[];
  readonly rows: readonly number[];
}

/** What of a segment one may see. */
interface VisibleSegment {
  readonly reader: SegmentReader;
  readonly visible: Uint8Array;
  readonly visibleRows: number;
  /** Whether live rows are hidden from this one. */
  readonly narrowed: boolean;
}

export interface FoundChunks {
  /** Best first. `score` is the cosine to four digits, the order is that of the fusion. */
  readonly chunks: RetrievedChunk[];
  /** The sentences of the best chunks, with their vectors. */
  readonly sentences: CandidateSentence[];
}

/** Marks the rows of a segment that belong to live versions, and whom they are for. */
export function searchedSegment(
  reader: SegmentReader,
  documents: readonly { document_id: string; version: number; groups?: readonly string[] | undefined }[],
): SearchedSegment {
  const counted = new Map(documents.map((d) => [d.document_id, d]));
  const live = new Uint8Array(reader.rows);
  const grouped = new Map<string, { groups: readonly string[]; rows: number[] }>();
  let liveRows = 0;
  for (let row = 0; row < reader.rows; row++) {
    const { document_id, version } = reader.documentOf(row);
    const document = counted.get(document_id);
    if (document?.version !== version) continue;
    live[row] = 1;
    liveRows++;
    const { groups = [] } = document;
    if (groups.length === 0) continue;
    const key = JSON.stringify(groups);
    const entry = grouped.get(key) ?? { groups, rows: [] };
    entry.rows.push(row);
    grouped.set(key, entry);
  }
  return { reader, live, liveRows, grouped: [...grouped.values()] };
}

/** What those of `groups` may see of a segment; nothing is computed where that is all of it. */
function visibleTo(groups: readonly string[], segment: SearchedSegment): VisibleSegment {
  const { reader, live, liveRows } = segment;
  const hidden = segment.grouped.filter((rows) => !inGroups(groups, rows.groups));
  if (hidden.length === 0) return { reader, visible: live, visibleRows: liveRows, narrowed: false };
  const visible = live.slice();
  let visibleRows = liveRows;
  for (const { rows } of hidden) {
    for (const row of rows) visible[row] = 0;
    visibleRows -= rows.length;
  }
  return { reader, visible, visibleRows, narrowed: true };
}

/**
 * Searches all segments of one tenant by meaning and by words, and merges both. Finds every live chunk in a tenant
 * with few of them: near or not is for the reader of the scores to decide. What is not for the one who asks is left
 * out before anything is ranked, so it takes no place and changes no order by what it says.
 *
 * @param vector the query's, from the embedder that the segments were made with
 * @param k chunks at the most
 * @param groups of the one who asks
 */
export function hybridSearch(
  indexed: readonly SearchedSegment[],
  query: string,
  vector: Float32Array,
  k: number,
  groups: readonly string[],
): FoundChunks {
  const segments = indexed.map((segment) => visibleTo(groups, segment));
  const wanted = Math.max(minCandidates, k * candidatesPerChunk);
  const key = (at: number, row: number) => `${at}/${row}`;
  const places = new Map<string, { at: number; row: number }>();
  const note = (at: number, row: number): string => {
    places.set(key(at, row), { at, row });
    return key(at, row);
  };

  const nearest = segments
    .flatMap((segment, at) => nearestVisible(segment, vector, wanted).map((hit) => ({ at, ...hit })))
    .sort((a, b) => b.score - a.score || a.at - b.at || a.row - b.row)
    .slice(0, wanted)
    .map(({ at, row }) => note(at, row));
  const terms = keywordTerms(query);
  const worded = rankKeywords(segments.map((segment) => wordsOf(segment, terms)))
    .filter(({ at, row }) => segments[at]?.visible[row] === 1)
    .slice(0, wanted)
    .map(({ at, row }) => note(at, row));

  const best = withFirsts(reciprocalRanks([nearest, worded]), [nearest, worded], k);
  const found: FoundChunks = { chunks: [], sentences: [] };
  for (const [place, id] of best.entries()) {
    const { at, row } = places.get(id) as { at: number; row: number };
    const { reader } = segments[at] as VisibleSegment;
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
  const firsts = new Set(rankings.flatMap(([first]) => (first === undefined ? [] : [first])));
  const missing = [...firsts].filter((first) => !best.includes(first));
  // The last of the others give way, never a first.
  const others = best.filter((id) => !firsts.has(id));
  const leave = new Set(missing.length > 0 ? others.slice(-missing.length) : []);
  return [...best.filter((id) => !leave.has(id)), ...missing];
}

/**
 * Where the words stand. For one who may not see all, rows that are hidden count for nothing: else the order of the
 * others would tell how rare a word is in them. (How long they are on average still weighs, in the segment's own index.)
 */
function wordsOf({ reader, visible, visibleRows, narrowed }: VisibleSegment, terms: readonly string[]) {
  const matches = reader.keywordMatches(terms);
  if (!narrowed) return { rows: reader.rows, matches };
  const seen = matches.map(
    ({ term, rows }): TermMatches => ({ term, rows: rows.filter(({ row }) => visible[row] === 1) }),
  );
  return { rows: visibleRows, matches: seen };
}

/**
 * The nearest visible rows of one segment. FAISS knows nothing of that, so it is asked for more until enough of what
 * it finds is visible.
 */
function nearestVisible(
  { reader, visible, visibleRows, narrowed }: VisibleSegment,
  vector: Float32Array,
  wanted: number,
): RowScore[] {
  const enough = Math.min(wanted, visibleRows);
  if (enough === 0) return [];
  if (narrowed && visibleRows * scannedShare <= reader.rows) {
    const rows = Array.from(visible.keys()).filter((row) => visible[row] === 1);
    return rows
      .map((row) => ({ row, score: reader.similarity(row, vector) }))
      .sort((a, b) => b.score - a.score || a.row - b.row)
      .slice(0, wanted);
  }
  const hidden = reader.rows - visibleRows;
  for (let asked = wanted + Math.min(hidden, wanted); ; asked *= 4) {
    const hits = reader.searchVectors(vector, asked).filter(({ row }) => visible[row] === 1);
    if (hits.length >= enough || asked >= reader.rows) return hits.slice(0, wanted);
  }
}
