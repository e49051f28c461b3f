import { irregularTypes } from './irregular-names.ts';
import type { ResourceSchemas } from './provider-schema.ts';

/** Services whose resources Terraform names without the service: `aws_subnet`, `aws_elb`. */
const unprefixed = new Set(['ec2', 'elb']);

const squashed = (name: string) => name.replaceAll('_', '').toLowerCase();

/**
 * Makes the function that gives the Terraform type of a Pulumi type token: `aws:dynamodb/table:Table` is
 * `aws_dynamodb_table`. Where the words part (`apigateway`, `api_gateway`) is what Pulumi loses and the schema
 * knows, so both are compared without separators.
 *
 * @returns `undefined` from that function for a type that the provider does not have.
 */
export function resourceTypes(schemas: ResourceSchemas): (token: string) => string | undefined {
  const types = new Map(Object.keys(schemas).map((type) => [squashed(type), type]));
  return (token) => {
    const irregular = irregularTypes[token];
    if (irregular) return irregular in schemas ? irregular : undefined;
    const [, module = '', kind = ''] = token.split(':');
    const service = module.split('/')[0] ?? '';
    const names = [service + kind, ...(unprefixed.has(service) ? [kind] : [])];
    return names.map((name) => types.get(squashed(`aws_${name}`))).find((type) => type !== undefined);
  };
}
