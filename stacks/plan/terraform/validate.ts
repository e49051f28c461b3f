import type { Plan } from '../plan.ts';
import { reasonNotToCheck } from './not-checked.ts';
import type { TerraformDiagnostic, TerraformWorkspace } from './terraform-workspace.ts';
import { toTerraform } from './to-terraform.ts';

/** What the AWS provider says of one stage. */
export interface Validation {
  readonly stage: string;
  readonly providerVersion: string;
  /** Resources and single values that were checked, and values that were not. */
  readonly resources: number;
  readonly checked: number;
  readonly unchecked: number;
  /** `type.property (how many values): reason`, each once. */
  readonly notChecked: readonly string[];
  /** `type: how many`, for what is not of the AWS provider. */
  readonly notAws: readonly string[];
  /** What is wrong, one line each; nothing where the stage is valid. */
  readonly faults: readonly string[];
  /** What the provider advises against. */
  readonly warnings: readonly string[];
}

/** Characters of one fault: some quote a whole policy. */
const maxFault = 500;

/**
 * Has the AWS provider check a plan: names, types, required and exclusive properties, enumerations, ranges, JSON.
 * What no schema can say (whether two resources fit together, whether AWS would allow it) stays open.
 */
export async function validate(plan: Plan, workspace: TerraformWorkspace): Promise<Validation> {
  const config = toTerraform(plan, await workspace.schemas());
  const found = config.sources.size > 0 ? await workspace.validate(config.resource) : [];
  const line = ({ address, summary, detail = '', snippet }: TerraformDiagnostic) => {
    const context = snippet?.context ?? '';
    // Findings that need no provider name the place alone: `resource.aws_lb.main.access_logs[0]`.
    const source = config.sources.get(address ?? context.split(/[.[]/).slice(1, 3).join('.'));
    const where = source ? `${source.type} ${source.name}` : address || context || 'configuration';
    return `${where}: ${[summary, detail, snippet?.code].filter(Boolean).join(' | ').replaceAll(/\s+/g, ' ').slice(0, maxFault)}`;
  };

  const values = new Map<string, number>();
  const faults = found.filter(({ severity }) => severity === 'error').map(line);
  for (const { type, name, property, values: count } of config.notChecked) {
    const reason = reasonNotToCheck(type, property);
    if (!reason)
      faults.push(`${type} ${name}: ${property} cannot be checked, and no reason is given for that`);
    const key = `${type}.${property}: ${reason ?? 'no reason'}`;
    values.set(key, (values.get(key) ?? 0) + count);
  }
  return {
    stage: plan.app.stage,
    providerVersion: workspace.providerVersion,
    resources: config.sources.size,
    checked: config.checked,
    unchecked: [...values.values()].reduce((sum, count) => sum + count, 0),
    notChecked: [...values].map(([key, count]) => `${key} (${count})`).sort(),
    notAws: Object.entries(config.notAws).map(([type, count]) => `${type}: ${count}`),
    faults,
    warnings: found.filter(({ severity }) => severity === 'warning').map(line),
  };
}
