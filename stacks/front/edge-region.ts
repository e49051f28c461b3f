import type { Place } from '../access/policies.ts';

/** Where CloudFront's certificate, its web ACL, that one's log and its metrics are, whatever the stage's region. */
export const edgeRegion = 'us-east-1';

/** The ARN of something of this account there, known before it is made. */
export const edgeArn = (place: Pick<Place, 'partition' | 'accountId'>, service: string, resource: string) =>
  `arn:${place.partition}:${service}:${edgeRegion}:${place.accountId}:${resource}`;
