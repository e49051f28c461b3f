import { evidenceFeatures, featureNames, weighTerms } from './evidence-features.ts';
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
  const asks = question.asks.map((ask) => ({ ask, terms: weighTerms(ask, sentences) }));
  return sentences.map((sentence) => {
    const cosine = dot(queryVector, sentence.candidate.vector);
    return {
      sentence,
      features: asks.map(({ ask, terms }) => evidenceFeatures(ask, terms, asked, sentence, cosine)),
    };
  });
}
