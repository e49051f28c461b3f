import { physical } from '../../local/aws/names.ts';
import type { Place } from '../../stacks/access/policies.ts';

const [accountId, region] = ['000000000000', 'us-east-1'];
const named = (logical: string) => `atrium-local-${logical}`;
// The emulator's buckets have no account in their names.
if (named('main') !== physical('main')) throw new Error('the local stage names its resources in another way');

/** The emulated account as the place of a stage: what policies are made for here is where `startEmulator` puts it. */
export const emulatedPlace: Place = {
  partition: 'aws',
  region,
  accountId,
  physical: named,
  unique: named,
  arn: (service, resource) => `arn:aws:${service}:${region}:${accountId}:${resource}`,
};
