import { type EnvValue, type FunctionName, functions } from '../../stacks/resources.ts';
import { arns, physical } from './names.ts';

/** Settings of the stage that functions may ask for, under the variable's own name. */
export type Settings = Readonly<Record<string, string | undefined>>;

/**
 * The environment of a function, resolved from its description.
 *
 * @throws naming the variable, when a setting that is not optional is missing.
 */
export function functionEnv(
  name: FunctionName,
  endpoint: string,
  settings: Settings,
): Record<string, string> {
  const env: Record<string, string> = {};
  const declared: Readonly<Record<string, EnvValue>> = functions[name].env;
  for (const [variable, value] of Object.entries(declared)) {
    const text = resolveValue(value, endpoint, settings);
    if (text !== undefined) env[variable] = text;
    else if (!('optional' in value)) throw new Error(`${name}: the setting for ${variable} is missing`);
  }
  return env;
}

function resolveValue(value: EnvValue, endpoint: string, settings: Settings): string | undefined {
  if ('literal' in value) return value.literal;
  if ('table' in value) return physical(value.table);
  if ('bucket' in value) return physical(value.bucket);
  if ('queueUrl' in value) return arns.queueUrl(endpoint, value.queueUrl);
  if ('stateMachineArn' in value) return arns.stateMachine(value.stateMachineArn);
  if ('secretName' in value) return physical(value.secretName);
  return settings[value.setting];
}
