import { speaksOf } from '../retrieval/evidence-features.ts';
import { readQuestion } from '../retrieval/question.ts';
import { ANSWERS_AT } from '../retrieval/ranking.ts';
import type { Evidence } from '../retrieval/schema.ts';

const maxSentences = 3;

/**
 * The 1 to 3 sentences that an extractive answer gives, in the order in which they are to stand; none when the
 * sources do not say. As a rule the best one alone. A comparison needs a sentence for each side: where one side is
 * not in the sources, neither is the answer. A question of several parts gets one for each part that has one, and
 * "which is the cheapest" the best few, as no one sentence answers it.
 *
 * @param evidence as `rankEvidence` gives it, best first.
 */
export function pickSentences(query: string, evidence: readonly Evidence[]): Evidence[] {
  const fit = evidence.filter(({ score }) => score >= ANSWERS_AT);
  const [first] = fit;
  if (!first) return [];
  const question = readQuestion(query);
  if (question.asks.length > 1) {
    const picked = question.asks.map((ask, index) => {
      const others = question.asks.filter((_, other) => other !== index).flatMap(({ terms }) => terms);
      const own = ask.terms.filter(({ stem }) => !others.some((term) => term.stem === stem));
      const ranked = fit
        .map((one) => ({ one, share: speaksOf(own, one.text) }))
        .sort((a, b) => b.share - a.share || b.one.score - a.one.score);
      return ranked[0] && ranked[0].share >= 0.5 ? ranked[0].one : undefined;
    });
    if (question.compares && picked.includes(undefined)) return [];
    const found = [...new Set(picked)].filter((one) => one !== undefined);
    return (found.length > 0 ? found : [first]).slice(0, maxSentences);
  }
  if (question.superlative)
    return fit.filter(({ score }) => score >= first.score - 0.25).slice(0, maxSentences);
  return [first];
}
