import type { Chunk, Evidence, RankableRoute } from './schema.ts';

/** At or above this score a sentence may be given as an answer; below it, the sources do not say. */
export const ANSWERS_AT = 0.5;

/** Whether an answer can be given from this evidence. */
export const answers = (evidence: readonly Pick<Evidence, 'score'>[]): boolean =>
  evidence.some(({ score }) => score >= ANSWERS_AT);

/** A sentence together with its chunk and its vector. */
export interface CandidateSentence {
  readonly chunk: Chunk;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly vector: Float32Array;
}

/** Vectors of a route's description and examples, in that order; embedded as passages. */
export interface EmbeddedRoute {
  readonly route: RankableRoute;
  readonly vectors: readonly Float32Array[];
}

export type RankEvidence = (
  query: string,
  queryVector: Float32Array,
  candidates: readonly CandidateSentence[],
) => Evidence[];

export type RankRoutes = (
  query: string,
  queryVector: Float32Array,
  routes: readonly EmbeddedRoute[],
  /** Whether the sources have an answer to the query. */
  answered: boolean,
) => { id: string; score: number }[];
