/** The buckets of a tenant's request limits, in the order in which a refusal names them. */
export type BucketName = 'minute' | 'hour';

/** A token bucket: `capacity` permits at once, refilled evenly over `periodMs`. */
export interface Limit {
  readonly bucket: BucketName;
  readonly capacity: number;
  readonly periodMs: number;
}

/** How a bucket stands after a decision. */
export interface BucketState {
  readonly bucket: BucketName;
  readonly capacity: number;
  readonly periodMs: number;
  /** Whole permits that are left now. */
  readonly remaining: number;
  /** Milliseconds until the bucket is full again. */
  readonly fullInMs: number;
}

export type Decision =
  | {
      readonly admitted: true;
      readonly buckets: readonly BucketState[];
      /** Version of the configuration that holds now; newer than the cached one means: reload. */
      readonly configVersion: number;
      readonly authEpoch: number;
    }
  | {
      readonly admitted: false;
      /** The bucket that makes the caller wait longest. */
      readonly decidedBy: BucketName;
      readonly retryAfterMs: number;
      readonly buckets: readonly BucketState[];
      readonly configVersion: number;
      readonly authEpoch: number;
    };
