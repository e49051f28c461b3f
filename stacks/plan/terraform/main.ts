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

function print(validation: Validation, seconds: number): void {
  const { stage, resources, checked, unchecked, notChecked, notAws, faults, warnings } = validation;
  for (const each of notAws) console.log(`  not AWS: ${each}`);
  for (const each of notChecked) console.log(`  not checked: ${each}`);
  for (const each of warnings) console.log(`  warning: ${each}`);
  for (const each of faults) console.log(`  FAULT: ${each}`);
  const verdict = faults.length === 0 ? 'valid' : `${faults.length} FAULTS`;
  console.log(
    `${stage}: ${resources} resources, ${checked} properties checked, ${unchecked} not checked, ${verdict}` +
      ` (AWS provider ${validation.providerVersion}, ${seconds.toFixed(1)} s)`,
  );
}

const { values } = parseArgs({ options: { stage: { type: 'string', multiple: true } } });
const stages = values.stage ?? plannedStages();
const terraform = findTerraform();
if ('missing' in terraform) {
  console.log(`SKIPPED: the plans are not validated: ${terraform.missing}`);
} else if (stages.length === 0) {
  console.log('There is no plan to validate: make one with "npm run plan -- --stage dev"');
  process.exitCode = 1;
} else {
  const workspace = await openTerraformWorkspace(terraform);
  for (const stage of stages) {
    const start = performance.now();
    const validation = await validate(readPlan(stage), workspace);
    print(validation, (performance.now() - start) / 1000);
    if (validation.faults.length > 0) process.exitCode = 1;
  }
}
