import { parseArgs } from 'node:util';
import { bounds } from './bounds.ts';
import { type Case, casesOf } from './cases.ts';
import { evaluationEmbedder } from './embedder.ts';
import { measureAnswers, type Share } from './measure-answers.ts';
import { measureRoutes } from './measure-routes.ts';
import { labelled, routeQuestions } from './questions.ts';
import { heldOutFacts, tunedFacts } from './random-facts.sets.ts';
import { tenantRoutes } from './tenant-routes.ts';

/**
 * Measures the extractive answers on labelled and random questions with the real embedder, splitter, chunker and search,
 * and prints a table. Exits with 1 when a held-out figure is below its bound. `--wrong` shows what went wrong in the
 * tuned part, `--wrong=held-out` and `--wrong=samples` in the others (look at those only to report, not to tune).
 */
const { values } = parseArgs({
  options: {
    wrong: { type: 'string' },
    seed: { type: 'string', default: '1000' },
    documents: { type: 'string', default: '30' },
  },
  args: process.argv.slice(2).map((arg) => (arg === '--wrong' ? '--wrong=tuned' : arg)),
});

const embedder = await evaluationEmbedder();

const seed = Number(values.seed);
const seeds = Array.from({ length: Number(values.documents) }, (_, at) => seed + at);
const here = (path: string) => new URL(path, import.meta.url);
const parts = [
  {
    part: 'tuned',
    sets: [labelled(here('labelled/tuned/'))],
    templates: tunedFacts,
  },
  {
    part: 'held-out',
    sets: [labelled(here('labelled/held-out/'))],
    templates: heldOutFacts,
  },
  {
    part: 'samples',
    sets: ['t1', 't2'].map((tenant) =>
      labelled(here(`../local/samples/${tenant}/`), [here(`labelled/samples/${tenant}.jsonl`)]),
    ),
    templates: [],
  },
] as const;

let low = 0;
console.log(`random facts: seeds ${seeds[0]} to ${seeds.at(-1)}`);
for (const { part, sets, templates } of parts) {
  const onWrong = (line: string) => {
    if (values.wrong === part) console.log(`  ✗ ${line}`);
  };
  const routed = part === 'samples' ? [] : routeQuestions(here(`labelled/routes/${part}.jsonl`));
  const own = part === 'samples' ? [] : tenantRoutes[part];
  const cases: Case[] = [];
  const routedCases: (Case & { route: string })[] = [];
  const random = { templates, seeds: templates.length > 0 ? seeds : [] };
  for (const { documents, questions } of sets) {
    // The route depends on what is found, so the questions for the routes are searched beside the others.
    const forRoutes = routed.map(({ ask }) => ({ ask, quote: [], kind: 'labelled' as const }));
    const found = await casesOf({ documents, questions: [...forRoutes, ...questions] }, random, embedder);
    routedCases.push(
      ...found.slice(0, routed.length).map((one, at) => ({ ...one, route: routed[at]?.route ?? '' })),
    );
    cases.push(...found.slice(routed.length));
  }
  const shares: Record<string, Share> = measureAnswers(cases, onWrong);
  Object.assign(shares, await measureRoutes(routedCases, cases, own, embedder, onWrong));
  console.log(`\n${part}`);
  for (const [name, { right, all }] of Object.entries(shares)) {
    const share = right / all;
    const bound = part === 'held-out' ? bounds[name] : undefined;
    const below = bound !== undefined && share < bound;
    if (below) low += 1;
    const figures = `${right}/${all}`.padStart(9);
    console.log(
      `  ${name.padEnd(24)}${figures}${(share * 100).toFixed(1).padStart(7)} %${bound === undefined ? '' : `   bound ${bound * 100} %`}${below ? '  BELOW' : ''}`,
    );
  }
}
process.exitCode = low > 0 ? 1 : 0;
