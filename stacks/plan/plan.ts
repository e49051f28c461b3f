import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** One resource as the deployment would ask for it. */
export interface PlannedResource {
  /** Pulumi's type token, such as `aws:s3/bucket:Bucket`. */
  readonly type: string;
  /** Its name inside the app; unique together with the type. */
  readonly name: string;
  /** Whether a cloud resource stands behind it; `false` for components that only group others. */
  readonly custom: boolean;
  /** `type::name` of the component it belongs to, types joined by `$`; empty at the top. */
  readonly parent: string;
  /** `type::name` of each resource that must be there before this one is made, and as long as it is. */
  readonly after?: readonly string[];
  /** What is asked for. Secret values are the text `secretValue`; files and archives are `{asset: true}`. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly options: {
    readonly protect?: true;
    readonly retainOnDelete?: true;
    readonly ignoreChanges?: readonly string[];
  };
}

/** Everything that a deployment of one stage would ask for. */
export interface Plan {
  readonly app: {
    readonly name: string;
    readonly stage: string;
    readonly removal: string;
    readonly protect: boolean;
  };
  readonly resources: readonly PlannedResource[];
}

/** What stands in a plan where a value is secret. */
export const secretValue = '[secret]';

/** The account and region that plans are made for; nothing there exists. */
export const plannedAccount = '123456789012';
export const plannedRegion = 'us-east-1';

export const root = resolve(import.meta.dirname, '../..');

export const planPath = (stage: string) => join(root, '.plan', `${stage}.json`);

/** Reads a plan that `npm run plan -- --stage <stage>` has written. */
export function readPlan(stage: string): Plan {
  return JSON.parse(readFileSync(planPath(stage), 'utf8'));
}
