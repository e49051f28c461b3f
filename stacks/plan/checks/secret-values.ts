import { secretValue } from '../plan.ts';
import { plannedSecrets } from '../planned-state.ts';
import { type Check, finding, ofType, record, records } from './check.ts';
import { sstVariables } from './described.ts';

/** Every text in a value, with the path to it. */
function textsIn(value: unknown, path: string): readonly { readonly path: string; readonly text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, each]) => textsIn(each, path ? `${path}.${key}` : key));
}

const holdsSecretFile = (value: unknown): boolean =>
  value !== null &&
  typeof value === 'object' &&
  ('holdsSecret' in value || Object.values(value).some(holdsSecretFile));

/** No secret stands in a plan, and so in the state of a deployment, where it can be read. */
export const hiddenSecrets: Check = (plan) => [
  ...plan.resources
    .filter(({ inputs }) => holdsSecretFile(inputs))
    .map((each) => finding(each, 'a file of it holds a secret')),
  // Whoever may look at a function reads its variables, also those that the state encrypts.
  ...ofType(plan, 'aws:lambda/function:Function').flatMap((each) =>
    Object.entries(record(record(each.inputs.environment).variables))
      .filter(([name, value]) => value === secretValue && !sstVariables.includes(name))
      .map(([name]) => finding(each, `its variable ${name} is a secret`)),
  ),
  ...plan.resources.flatMap((each) =>
    textsIn(each.inputs, '')
      .filter(({ path }) => !sstVariables.some((name) => path === `environment.variables.${name}`))
      .filter(({ text }) => plannedSecrets.some((secret) => text.includes(secret)))
      .map(({ path }) => finding(each, `${path} holds a secret in plain text`)),
  ),
  ...ofType(plan, 'aws:secretsmanager/secretVersion:SecretVersion')
    .filter(({ inputs }) => inputs.secretString !== secretValue)
    .map((each) => finding(each, 'its value stands in plain text')),
  ...ofType(plan, 'aws:cloudfront/distribution:Distribution').flatMap((each) =>
    records(each.inputs.origins)
      .flatMap(({ customHeaders }) => records(customHeaders))
      .filter(({ value }) => value !== secretValue)
      .map(({ name }) => finding(each, `its header ${name} stands in plain text`)),
  ),
];
