/** `main.ts [--stage X]...`: has the AWS provider check the plans that are there. Exit status 1 where one is invalid. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { planPath, readPlan } from '../plan.ts';
import { findTerraform } from './find-terraform.ts';
import { openTerraformWorkspace } from './terraform-workspace.ts';
import { type Validation, validate } from './validate.ts';

function plannedStages(): string[] {
  const folder = dirname(planPath(''));
  const plans = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  return plans.map((name) => basename(name, '.json')).sort();
}

function print(name: string, validation: Validation): void {
  const { resources, checked, unchecked, notChecked, notAws, faults, warnings } = validation;
  console.log(`  not AWS: ${notAws.join(', ')}`);
  for (const each of notChecked) console.log(`  not checked: ${each}`);
  for (const each of warnings) console.log(`  warning: ${each}`);
  for (const each of faults) console.log(`  FAULT: ${each}`);
  const verdict =
    faults.length === 0 ? 'valid' : `${faults.length} ${faults.length === 1 ? 'FAULT' : 'FAULTS'}`;
  console.log(
    `${name}: ${resources} resources, ${checked} properties checked, ${unchecked} not checked, ${verdict}`,
  );
}

const { values } = parseArgs({ options: { stage: { type: 'string', multiple: true } } });
const stages = values.stage ?? plannedStages();
const unplanned = stages.find((stage) => !existsSync(planPath(stage)));
const terraform = findTerraform();
if ('missing' in terraform) {
  console.log(`SKIPPED: the plans are not validated: ${terraform.missing}`);
} else if (stages.length === 0 || unplanned) {
  console.log(`There is no plan of ${unplanned ?? 'any stage'}: make it with "npm run plan"`);
  process.exitCode = 1;
} else {
  const start = performance.now();
  const workspace = await openTerraformWorkspace(terraform);
  const validations = await validate(stages.map(readPlan), workspace);
  for (const [at, validation] of validations.entries()) print(stages[at] ?? '', validation);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`by version ${workspace.providerVersion} of the AWS provider, in ${seconds} s`);
  if (validations.some(({ faults }) => faults.length > 0)) process.exitCode = 1;
}
