import { featureNames } from '../core/retrieval/evidence-features.ts';
import { evidenceWeights } from '../core/retrieval/evidence-weights.ts';
import { featuresOf } from '../core/retrieval/rank-evidence.ts';
import type { Case } from './cases.ts';
import { plain } from './questions.ts';

type Weights = Record<(typeof featureNames)[number], number>;

/** Set by hand: what these find leaves little doubt, and too few cases show it to be fitted. */
const byHand: ReadonlySet<string> = new Set([
  'unknown',
  'misfits',
  'another',
  'novel',
  'part',
  'undefined',
  'absentNamed',
]);
/** Signs for the better or against: a feature of few cases must not come to mean its opposite. */
const helps: ReadonlySet<string> = new Set(['cosine', 'stated', 'framed']);

interface Row {
  readonly values: readonly number[];
  readonly answers: boolean;
}
interface Read {
  readonly sentences: readonly { readonly rows: readonly (readonly number[])[]; readonly quote: string }[];
  readonly quotes: readonly string[];
  readonly weight: number;
}

/**
 * Fits the weights by logistic regression. In every round, a question gives the expected sentences as examples, each
 * alone and against the two wrong ones that the round before ranked highest; a question without an answer gives the
 * three that it ranked highest as counterexamples.
 *
 * @param labelledShare how much a labelled question counts, where a random one counts 1: of these there are many alike.
 * @param wrongCosts how much a counterexample counts: a wrong answer does more harm than a refusal.
 */
export function fitWeights(cases: readonly Case[], labelledShare: number, wrongCosts: number): Weights {
  const read = cases.map((one): Read => readCase(one, labelledShare));
  const weights = featureNames.map((name) => evidenceWeights[name]);
  const score = (values: readonly number[]) =>
    values.reduce((sum, value, at) => sum + value * (weights[at] as number), 0);
  for (let round = 0; round < 12; round += 1) {
    const examples: (Row & { weight: number })[] = [];
    for (const { sentences, quotes, weight } of read) {
      const best = sentences.map(({ rows, quote }) => {
        const values = rows.reduce((a, b) => (score(b) > score(a) ? b : a));
        return { values, answers: quotes.includes(quote), score: score(values) };
      });
      const wrong = best.filter(({ answers }) => !answers).sort((a, b) => b.score - a.score);
      const right = best.filter(({ answers }) => answers);
      for (const one of right) {
        examples.push({ ...one, weight });
        // Only its rank matters where another sentence is the answer: the right one has to be above it.
        for (const other of wrong.slice(0, 2)) {
          const values = one.values.map((value, at) => value - (other.values[at] as number));
          examples.push({ values, answers: true, weight: weight / 2 });
        }
      }
      if (right.length > 0) continue;
      wrong.slice(0, 3).forEach((one, at) => {
        examples.push({ ...one, weight: (weight * wrongCosts) / (1 + at) });
      });
    }
    descend(weights, examples, score);
  }
  return Object.fromEntries(
    featureNames.map((name, at) => [name, Number((weights[at] as number).toFixed(2))]),
  ) as Weights;
}

function readCase({ question, vector, found }: Case, labelledShare: number): Read {
  const sentences = featuresOf(question.ask, vector, found)
    .filter(({ sentence, features }) => !sentence.unfit && features.length > 0)
    .map(({ sentence, features }) => ({ rows: features, quote: plain(sentence.candidate.text) }));
  return {
    sentences,
    quotes: question.quote.map(plain),
    weight: question.kind === 'labelled' ? labelledShare : 1,
  };
}

/** Gradient descent with a pull towards 0; mends the weights in place. */
function descend(
  weights: number[],
  examples: readonly (Row & { weight: number })[],
  score: (values: readonly number[]) => number,
): void {
  const all = examples.reduce((sum, { weight }) => sum + weight, 0);
  for (let step = 0; step < 300; step += 1) {
    const slope = weights.map((weight, at) => (at === 0 ? 0 : 0.0005 * weight));
    for (const { values, answers, weight } of examples) {
      const error = ((1 / (1 + Math.exp(-score(values))) - (answers ? 1 : 0)) * weight) / all;
      for (let at = 0; at < values.length; at += 1)
        slope[at] = (slope[at] as number) + error * (values[at] as number);
    }
    for (const [at, name] of featureNames.entries()) {
      if (byHand.has(name)) continue;
      const mended = (weights[at] as number) - 1.5 * (slope[at] as number);
      const sign = name === 'bias' ? 0 : helps.has(name) ? 1 : -1;
      weights[at] = sign === 0 ? mended : sign * Math.max(0, sign * mended);
    }
  }
}
