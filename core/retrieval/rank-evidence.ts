import { evidenceFeatures, featureNames, framedShare, weighTerms } from './evidence-features.ts';
import { evidenceWeights } from './evidence-weights.ts';
import { readQuestion } from './question.ts';
import type { CandidateSentence, RankEvidence } from './ranking.ts';
import { type ReadSentence, readSentences } from './sentence-context.ts';
import { wordsOf } from './words.ts';

const maxEvidence = 8;
const weights = featureNames.map((name) => evidenceWeights[name]);

const dot = (a: Float32Array, b: Float32Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] as number) * (b[i] as number);
  return sum;
};

/**
 * Scores sentences as answers to a question, best first, at most 8: how near their vectors are, how much of the
 * question they speak of, and whether they have the form that the answer must have. See `ANSWERS_AT`. Pure.
 */
export const rankEvidence: RankEvidence = (query, queryVector, candidates) => {
  const scored = featuresOf(query, queryVector, candidates).map(({ sentence, features }) => {
    const { chunk, text, start, end } = sentence.candidate;
    let score = 0;
    for (const values of sentence.unfit ? [] : features) {
      const sum = values.reduce((all, value, at) => all + value * (weights[at] as number), 0);
      score = Math.max(score, 1 / (1 + Math.exp(-sum)));
    }
    const key = `${chunk.document_id}/${chunk.version}/${start}`;
    return { key, score, evidence: { chunk_id: chunk.id, text, start, end, score } };
  });
  scored.sort((a, b) => b.score - a.score);
  // Neighbouring chunks may share a sentence.
  const seen = new Set<string>();
  const distinct = scored.filter(({ key }) => !seen.has(key) && seen.add(key));
  return distinct.slice(0, maxEvidence).map(({ evidence }) => evidence);
};

/** The features of every sentence, one row for each thing that the question asks for. */
export function featuresOf(
  query: string,
  queryVector: Float32Array,
  candidates: readonly CandidateSentence[],
): { sentence: ReadSentence; features: number[][] }[] {
  const question = readQuestion(query);
  const sentences = readSentences(candidates);
  const asked = new Set(wordsOf(query).map((word) => word.toLowerCase()));
  const cosines = sentences.map(({ candidate }) => dot(queryVector, candidate.vector));
  const cosine = Math.max(-1, ...cosines);
  const asks = question.asks.map((ask) => {
    const terms = weighTerms(ask, sentences);
    const framed = Math.max(0, ...sentences.map((one) => (one.unfit ? 0 : framedShare(terms, one))));
    return { ask, terms, framed };
  });
  return sentences.map((sentence, index) => ({
    sentence,
    features: asks.map(({ ask, terms, framed }) => {
      const own = cosines[index] as number;
      // One vector stands for all that is asked: a sentence about one side is not behind for being nearer to it alone.
      const top = { cosine: asks.length > 1 ? own + 0.3 * (cosine - own) : cosine, framed };
      return evidenceFeatures(ask, terms, asked, sentence, own, top);
    }),
  }));
}
