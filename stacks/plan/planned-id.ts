import { createHash } from 'node:crypto';

/** How ids begin whose form the AWS provider checks, by Pulumi's type. */
const prefixes: Readonly<Record<string, string>> = { 'aws:ec2/launchTemplate:LaunchTemplate': 'lt' };

/** The id that a resource would get: readable where AWS leaves that free, of AWS's form where the provider looks. */
export function plannedId(type: string, name: string): string {
  const prefix = prefixes[type];
  if (!prefix) return `${name}-id`;
  return `${prefix}-${createHash('sha256').update(name).digest('hex').slice(0, 17)}`;
}
