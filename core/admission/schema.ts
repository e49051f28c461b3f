/** The buckets of a tenant's limits, in the order in which a refusal names them: requests, and tokens of the engine. */
export type BucketName = 'minute' | 'hour' | 'tokens';
/** What can refuse a request: a bucket, the day's money, or how many answers are under way. */
export type LimitName = BucketName | 'cost' | 'concurrent';

/** A token bucket: `capacity` permits at once, of which `refill` come back evenly over `periodMs`. */
export interface Limit {
  readonly bucket: BucketName;
  readonly capacity: number;
  readonly periodMs: number;
  /** Unless told: as many as the capacity. */
  readonly refill?: number;
}

/** Limits for which a request says before how much it may use at the most. Absent: there is no such limit. */
export interface Budgets {
  readonly tokensPerMinute?: number;
  /** Of a UTC day, in millionths of a US dollar. */
  readonly costMicroUsdPerDay?: number;
  /** Answers under way at once; 1 to 200. */
  readonly maxConcurrent?: number;
}

/** What a request may use at the most, under its own name. */
export interface Wish {
  /** The message's id. */
  readonly id: string;
  /** Of the prompt and the answer together. */
  readonly tokens: number;
  readonly costMicroUsd: number;
}

/** What is held for a request until it is settled; of what is not limited, 0. */
export interface Reservation extends Wish {
  /** When it was made, epoch milliseconds. */
  readonly atMs: number;
  /** What one token is in the bucket, in microseconds of its refill; 0 where tokens are not limited. */
  readonly tokenUs: number;
  /** The UTC day whose money it is held from, `YYYY-MM-DD`. */
  readonly day: string;
}

/** What a request came to. */
export interface Used {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly costMicroUsd: number;
}

/** How a bucket stands after a decision. */
export interface BucketState {
  readonly bucket: BucketName;
  readonly capacity: number;
  /** In which it fills from nothing. */
  readonly periodMs: number;
  /** Whole permits that are left now. */
  readonly remaining: number;
  /** Milliseconds until the bucket is full again. */
  readonly fullInMs: number;
}

export type Decision =
  | {
      readonly admitted: true;
      /** Where the tenant has budgets: to be settled once. */
      readonly reservation?: Reservation;
      readonly buckets: readonly BucketState[];
      /** Version of the configuration that holds now; newer than the cached one means: reload. */
      readonly configVersion: number;
      readonly authEpoch: number;
    }
  | {
      readonly admitted: false;
      /** The limit that makes the caller wait longest. */
      readonly decidedBy: LimitName;
      readonly retryAfterMs: number;
      readonly buckets: readonly BucketState[];
      readonly configVersion: number;
      readonly authEpoch: number;
    }
  | Outdated;

/** Nothing was decided and nothing taken: the limits that were asked about are those of an older configuration. */
export interface Outdated {
  readonly admitted: false;
  readonly decidedBy: 'config';
  readonly retryAfterMs: 0;
  readonly buckets: readonly [];
  readonly configVersion: number;
  readonly authEpoch: number;
}
