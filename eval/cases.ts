import type { Embedder } from '../core/retrieval/embedder.ts';
import type { CandidateSentence } from '../core/retrieval/ranking.ts';
import type { Question, SourceDocument } from './questions.ts';
import type { FactTemplate } from './random-facts.templates.ts';
import { randomFacts } from './random-facts.ts';
import { openIndex, segmentOf } from './search.ts';

/** A question with what the search finds for it. */
export interface Case {
  readonly question: Question;
  readonly vector: Float32Array;
  readonly found: readonly CandidateSentence[];
}

/**
 * Searches for every question: the labelled ones in the labelled documents, the random ones in these and a document of
 * random facts for each seed.
 */
export async function casesOf(
  labelled: { documents: readonly SourceDocument[]; questions: readonly Question[] },
  random: { templates: readonly FactTemplate[]; seeds: readonly number[] },
  embedder: Embedder,
): Promise<Case[]> {
  const base = await segmentOf('base', labelled.documents, embedder);
  const cases: Case[] = [];
  const ask = async (questions: readonly Question[], built: Parameters<typeof openIndex>[0]) => {
    const index = await openIndex(built, embedder);
    try {
      for (const question of questions) {
        const [vector] = await embedder.embed([question.ask], 'query');
        if (vector) cases.push({ question, vector, found: await index.search(question.ask, vector) });
      }
    } finally {
      await index.close();
    }
  };
  await ask(labelled.questions, [base]);
  for (const seed of random.seeds) {
    const { document, questions } = randomFacts(seed, random.templates);
    await ask(questions, [base, await segmentOf(`random-${seed}`, [document], embedder)]);
  }
  return cases;
}
