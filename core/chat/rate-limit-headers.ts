import type { BucketState } from '../admission/schema.ts';

/** `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10): quota, window, rest, seconds until full. */
export function rateLimitHeaders(buckets: readonly BucketState[]): Record<string, string> {
  const seconds = (ms: number) => Math.ceil(ms / 1_000);
  return {
    ratelimit: buckets.map((b) => `"${b.bucket}";r=${b.remaining};t=${seconds(b.fullInMs)}`).join(', '),
    'ratelimit-policy': buckets
      .map((b) => `"${b.bucket}";q=${b.capacity};w=${seconds(b.periodMs)}`)
      .join(', '),
  };
}
