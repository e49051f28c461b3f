import { ANSWERS_AT } from '../retrieval/ranking.ts';
import type { Evidence } from '../retrieval/schema.ts';

/** The 1 to 3 sentences that an extractive answer gives, best first; none when the sources do not say. */
export function pickSentences(_query: string, evidence: readonly Evidence[]): Evidence[] {
  return evidence.filter(({ score }) => score >= ANSWERS_AT).slice(0, 1);
}
