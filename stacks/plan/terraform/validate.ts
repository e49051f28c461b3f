import type { Plan } from '../plan.ts';
import { reasonNotToCheck } from './not-checked.ts';
import type { TerraformDiagnostic, TerraformWorkspace } from './terraform-workspace.ts';
import { type TerraformConfig, toTerraform } from './to-terraform.ts';

/** What the AWS provider says of one plan. */
export interface Validation {
  /** Resources and single values that were checked, and values that were not. */
  readonly resources: number;
  readonly checked: number;
  readonly unchecked: number;
  /** `type.property (how many values): reason`, each once. */
  readonly notChecked: readonly string[];
  /** `type: how many`, for what is not of the AWS provider. */
  readonly notAws: readonly string[];
  /** What is wrong, one line each; nothing where the plan is valid. */
  readonly faults: readonly string[];
  /** What the provider advises against. */
  readonly warnings: readonly string[];
}

/** Characters of one fault: some quote a whole policy. */
const maxFault = 500;

type Resources = TerraformConfig['resource'];

/** The resources of all, side by side; their names differ. */
function sideBySide(all: readonly Resources[]): Resources {
  const together: Record<string, Resources[string]> = {};
  for (const [type, resources] of all.flatMap(Object.entries<Resources[string]>)) {
    together[type] = { ...together[type], ...resources };
  }
  return together;
}

/** Findings that need no provider name the place alone: `resource.aws_lb.main.access_logs[0]`. */
const addressOf = ({ address, snippet }: TerraformDiagnostic) =>
  address ?? (snippet?.context ?? '').split(/[.[]/).slice(1, 3).join('.');

const textOf = ({ summary, detail, snippet }: TerraformDiagnostic) =>
  [summary, detail, snippet?.code].filter(Boolean).join(' | ').replaceAll(/\s+/g, ' ').slice(0, maxFault);

function judge(config: TerraformConfig, found: readonly TerraformDiagnostic[]): Validation {
  const said = (severity: TerraformDiagnostic['severity']) =>
    found.flatMap((finding) => {
      const source = config.sources.get(addressOf(finding));
      return finding.severity === severity && source
        ? [`${source.type} ${source.name}: ${textOf(finding)}`]
        : [];
    });
  const values = new Map<string, number>();
  const faults = said('error');
  for (const { type, name, property, values: count } of config.notChecked) {
    const reason = reasonNotToCheck(type, property);
    if (!reason)
      faults.push(`${type} ${name}: ${property} cannot be checked, and no reason is given for that`);
    const key = `${type}.${property}: ${reason ?? 'no reason'}`;
    values.set(key, (values.get(key) ?? 0) + count);
  }
  return {
    resources: config.sources.size,
    checked: config.checked,
    unchecked: [...values.values()].reduce((sum, count) => sum + count, 0),
    notChecked: [...values].map(([key, count]) => `${key} (${count})`).sort(),
    notAws: Object.entries(config.notAws).map(([type, count]) => `${type}: ${count}`),
    faults,
    warnings: said('warning'),
  };
}

/**
 * Has the AWS provider check plans: names, types, required and exclusive properties, enumerations, ranges, JSON.
 * What no schema can say (whether two resources fit together, whether AWS would allow it) stays open. All go to
 * Terraform at once, since most of its time goes into starting the provider.
 *
 * @returns one validation for each plan, in their order.
 * @throws Error for a finding that is about none of the resources.
 */
export async function validate(plans: readonly Plan[], workspace: TerraformWorkspace): Promise<Validation[]> {
  const schemas = await workspace.schemas();
  const configs = plans.map((plan, at) => toTerraform(plan, schemas, `plan${at}-`));
  const found = await workspace.validate(sideBySide(configs.map(({ resource }) => resource)));
  const stray = found.find((finding) => !configs.some(({ sources }) => sources.has(addressOf(finding))));
  if (stray) throw new Error(`Terraform, of no resource: ${textOf(stray)}`);
  return configs.map((config) => judge(config, found));
}
