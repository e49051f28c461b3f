import { pickSentences } from '../core/orchestrator/pick-sentences.ts';
import { rankEvidence } from '../core/retrieval/rank-evidence.ts';
import type { Case } from './cases.ts';
import { plain } from './questions.ts';

export interface Share {
  right: number;
  all: number;
}

/** How often the answer has every expected sentence, and how often a question without an answer is refused. */
export function measureAnswers(cases: readonly Case[], onWrong: (line: string) => void) {
  const shares: Record<string, Share> = {};
  for (const { question, vector, found } of cases) {
    const evidence = rankEvidence(question.ask, vector, found);
    const picked = pickSentences(question.ask, evidence).map(({ text }) => plain(text));
    const { quote, kind } = question;
    const sort = quote.length === 0 ? 'refused' : quote.length > 1 ? 'comparison' : 'answered';
    const right = quote.length === 0 ? picked.length === 0 : quote.every((one) => picked.includes(one));
    const share = shares[`${kind}, ${sort}`] ?? { right: 0, all: 0 };
    shares[`${kind}, ${sort}`] = share;
    share.all += 1;
    if (right) share.right += 1;
    else {
      const best = evidence[0];
      onWrong(`${question.ask}\n    wanted ${quote.join(' + ') || 'nothing'}
    best   ${best?.score.toFixed(2)} ${plain(best?.text ?? '')}`);
    }
  }
  return shares;
}
