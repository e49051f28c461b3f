import type { Place } from '../../stacks/access/policies.ts';

/** Where the policies of tests belong. */
export const examplePlace: Place = {
  partition: 'aws',
  region: 'eu-west-1',
  accountId: '111122223333',
  physical: (name) => `atrium-prod-${name}`,
  unique: (name) => `atrium-prod-${name}-111122223333`,
  arn: (service, resource) => `arn:aws:${service}:eu-west-1:111122223333:${resource}`,
};
