import { type Place, secretNameOf } from './access/policies.ts';
import type { EnvValue } from './resources.ts';

/**
 * The environment of a function, resolved from its description.
 *
 * @param settings of the stage, under the variable's own name.
 * @throws naming the variable, when a setting that is not optional is missing.
 */
export function functionEnv<T>(
  place: Place,
  declared: Readonly<Record<string, EnvValue>>,
  settings: Readonly<Record<string, T | undefined>>,
): Record<string, T | string> {
  const env: Record<string, T | string> = {};
  for (const [variable, value] of Object.entries(declared)) {
    const found = 'setting' in value ? settings[value.setting] : nameOf(place, value);
    if (found !== undefined) env[variable] = found;
    else if (!('optional' in value)) throw new Error(`The setting for ${variable} is missing`);
  }
  return env;
}

function nameOf(place: Place, value: Exclude<EnvValue, { readonly setting: string }>): string {
  if ('literal' in value) return value.literal;
  if ('table' in value) return place.physical(value.table);
  if ('bucket' in value) return place.unique(value.bucket);
  if ('stateMachineArn' in value)
    return place.arn('states', `stateMachine:${place.physical(value.stateMachineArn)}`);
  if ('secretName' in value) return secretNameOf(place, value.secretName);
  return `https://sqs.${place.region}.amazonaws.com/${place.accountId}/${place.physical(value.queueUrl)}`;
}
