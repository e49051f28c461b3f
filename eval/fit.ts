import { casesOf } from './cases.ts';
import { evaluationEmbedder } from './embedder.ts';
import { fitWeights } from './fit-weights.ts';
import { labelled } from './questions.ts';
import { tunedFacts } from './random-facts.sets.ts';

/** Fits the weights of `core/retrieval/evidence-weights.ts` on the tuned part and prints them, to be put there by hand. */
const labelledShare = 6;
const wrongCosts = 1.1;
const documents = 60;

const cases = await casesOf(
  labelled(new URL('labelled/tuned/', import.meta.url)),
  { templates: tunedFacts, seeds: Array.from({ length: documents }, (_, at) => 1000 + at) },
  await evaluationEmbedder(),
);
for (const [name, weight] of Object.entries(fitWeights(cases, labelledShare, wrongCosts))) {
  console.log(`  ${name}: ${weight},`);
}
