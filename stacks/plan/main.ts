/** `npm run plan`: what a deployment of each stage would ask AWS for, in `.plan/<stage>.json`. */
import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { countsTable } from './counts.ts';
import { makePlans, type Outcome } from './make-plan.ts';
import { planPath, root } from './plan.ts';
import { costTable } from './standing-cost.ts';
import { type Variant, variantOf, variants } from './variants.ts';

const help = `npm run plan [-- --stage <name>]...

Writes every resource that a deployment would ask for, with all its properties, to .plan/<name>.json. Needs no account.

  --stage <name>   one of ${variants.map(({ name }) => name).join(', ')}; may be repeated; without it, all
  --cost           also prints what each stage costs a month before anybody asks anything
  --help           this text`;

/** @throws with words for the reader, for what is not an option or a stage. */
function wanted(): { readonly chosen: readonly Variant[]; readonly cost: boolean } | undefined {
  const { values } = parseArgs({
    options: {
      stage: { type: 'string', multiple: true },
      cost: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return undefined;
  return {
    chosen: values.stage ? [...new Set(values.stage)].map(variantOf) : variants,
    cost: values.cost,
  };
}

function tell(outcome: Outcome): void {
  const { variant, tookMs } = outcome;
  const start = `${variant.name.padEnd(18)}${(tookMs / 1000).toFixed(1).padStart(5)} s  `;
  const file = relative(root, planPath(variant.name));
  if ('plan' in outcome) console.log(`${start}${file}`);
  else
    console.error(
      `${start}FAILED (all of it: ${file.replace(/json$/, 'log')})\n${outcome.error.replace(/^/gm, '    ')}`,
    );
}

async function main(): Promise<number> {
  let asked: ReturnType<typeof wanted>;
  try {
    asked = wanted();
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${help}`);
    return 2;
  }
  if (!asked) {
    console.log(help);
    return 0;
  }
  const outcomes = await makePlans(asked.chosen, tell);
  const made = outcomes.flatMap((outcome) =>
    'plan' in outcome ? [{ name: outcome.variant.name, plan: outcome.plan }] : [],
  );
  if (made.length > 0) console.log(`\n${countsTable(made)}`);
  if (asked.cost) console.log(`\n${costTable(made.map(({ plan }) => plan))}`);
  const failed = outcomes.length - made.length;
  console.log(`\n${made.length} made, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

process.exitCode = await main();
