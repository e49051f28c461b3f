import { type EndpointService, endpointPolicy } from '../../stacks/access/endpoint-policies.ts';
import { buckets } from '../../stacks/resources.ts';
import { emulatedPlace } from './emulated-place.ts';
import type { IamUse } from './iam-use.ts';
import { resourcePattern } from './resource-pattern.ts';

/** Buckets as a stage in AWS calls them, with the account in their names: the policies of endpoints count on it. */
const inAws = (resource: string) =>
  Object.keys(buckets).reduce((arn, name) => {
    const bucket = emulatedPlace.unique(name);
    return arn.replace(`:::${bucket}`, `:::${bucket}-${emulatedPlace.accountId}`);
  }, resource);

/** The uses that the endpoints of the network would not let through, for callers of the stage's own account. */
export const heldUp = (uses: readonly IamUse[]): IamUse[] =>
  uses.filter(({ action, resource }) => {
    const service = action.split(':')[0] as EndpointService;
    return !endpointPolicy(emulatedPlace, service).Statement.some(
      ({ Action, Resource }) =>
        [Action].flat().includes(action) &&
        [Resource ?? []].flat().some((each) => resourcePattern(each).test(inAws(resource))),
    );
  });
