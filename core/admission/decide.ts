import { type Interval, intervalOf, microseconds, safe, stateOf, take, waitUs } from './gcra.ts';
import { type HeldBucket, hold, holdWaitUs, missingUs } from './held-bucket.ts';
import type {
  BucketState,
  Budgets,
  Decision,
  Limit,
  LimitName,
  Outdated,
  Reservation,
  Wish,
} from './schema.ts';
import { endOfDayMs, utcDay } from './utc-day.ts';

/** Theoretical arrival times by bucket of requests, in microseconds; a bucket that was never used is missing. */
export type Tats = { readonly [B in 'minute' | 'hour']?: number };

/** What the admission item says of a tenant's limits at a moment. */
export interface Standing {
  readonly tats: Tats;
  readonly tokens: HeldBucket;
  /** The latest day on which money was reserved, and what was reserved and used on it, in millionths of a US dollar. */
  readonly cost?: { readonly day: string; readonly microUsd: number };
  /** The names of what is reserved; missing on an item from before there were reservations. */
  readonly open?: ReadonlySet<string>;
}

/** What the admission item says beside its limits. */
export interface Epochs {
  readonly configVersion: number;
  readonly authEpoch: number;
}

/** What a request reserves, of the limits that there are. */
export interface Hold {
  readonly id: string;
  readonly atMs: number;
  /** The UTC day by the caller's clock. */
  readonly today: string;
  readonly tokens?: { readonly interval: Interval; readonly permits: number; readonly us: number };
  readonly cost?: { readonly microUsd: number; readonly budgetMicroUsd: number };
  readonly maxOpen: number;
}

/** A request's limits and its one reading of the clock, as whole microseconds. */
export interface Ask {
  readonly intervals: readonly RequestInterval[];
  readonly nowUs: number;
  readonly hold?: Hold;
  /** The newest configuration that these limits can be of. */
  readonly configVersion?: number;
}
type RequestInterval = Interval & { readonly bucket: 'minute' | 'hour' };

/** The most reservations at once in any case: they live in one item. */
const maxOpenEver = 200;
/** When to ask again while all places are taken: nobody knows when an answer ends. */
const placeWaitUs = 1_000_000;

/**
 * @throws {RangeError} when there is no limit, a bucket is named twice or is not of requests, or a number cannot be
 *   counted exactly.
 */
export function askOf(
  limits: readonly Limit[],
  nowMs: number,
  budget?: { readonly budgets: Budgets; readonly wish: Wish },
  configVersion?: number,
): Ask {
  if (limits.length === 0) throw new RangeError('admission needs at least one limit');
  if (new Set(limits.map((limit) => limit.bucket)).size !== limits.length) {
    throw new RangeError('a bucket is named twice');
  }
  const reserved = budget && holdOf(budget.budgets, budget.wish, nowMs);
  return {
    intervals: limits.map(requestInterval),
    nowUs: microseconds(nowMs),
    ...(reserved && { hold: reserved }),
    ...(configVersion !== undefined && { configVersion }),
  };
}

/** That the limits asked about hold no more, if so. What they would say is then no answer. */
export function outdatedAt({ configVersion }: Ask, epochs: Epochs): Outdated | undefined {
  if (configVersion === undefined || epochs.configVersion <= configVersion) return undefined;
  return { admitted: false, decidedBy: 'config', retryAfterMs: 0, buckets: [], ...epochs };
}

function requestInterval(limit: Limit): RequestInterval {
  const { bucket } = limit;
  if (bucket === 'tokens') throw new RangeError('tokens are limited by a budget');
  return { ...intervalOf(limit), bucket };
}

function holdOf(budgets: Budgets, wish: Wish, nowMs: number): Hold | undefined {
  const { tokensPerMinute, costMicroUsdPerDay: budgetMicroUsd, maxConcurrent } = budgets;
  if (tokensPerMinute === undefined && budgetMicroUsd === undefined && maxConcurrent === undefined) {
    return undefined;
  }
  if (wish.id === '') throw new RangeError('a reservation needs a name');
  if (safe(wish.tokens, 'tokens') < 0) throw new RangeError(`tokens must not be negative: ${wish.tokens}`);
  if (safe(wish.costMicroUsd, 'the cost') < 0) throw new RangeError(`negative cost: ${wish.costMicroUsd}`);
  return {
    id: wish.id,
    atMs: Math.round(nowMs),
    today: utcDay(nowMs),
    ...(tokensPerMinute !== undefined && { tokens: tokenHold(tokensPerMinute, wish.tokens) }),
    ...(budgetMicroUsd !== undefined && {
      cost: { microUsd: wish.costMicroUsd, budgetMicroUsd: safe(budgetMicroUsd, 'the budget of the day') },
    }),
    maxOpen: Math.min(safe(maxConcurrent ?? maxOpenEver, 'maxConcurrent'), maxOpenEver),
  };
}

function tokenHold(tokensPerMinute: number, wished: number) {
  const interval = intervalOf({ bucket: 'tokens', capacity: tokensPerMinute, periodMs: 60_000 });
  // Who asks for more than the bucket can ever hold waits for a full one, not for ever.
  const permits = Math.min(wished, tokensPerMinute);
  return { interval, permits, us: permits * interval.emissionUs };
}

/** The day whose money a request is held from. A clock that is behind the item's day counts into that day. */
export function dayOf(request: Hold, standing: Standing | undefined): string {
  const day = standing?.cost?.day;
  return request.cost && day !== undefined && day > request.today ? day : request.today;
}

/** What is held for a request that was admitted into `day`. */
export function reservationOf(request: Hold, day: string): Reservation {
  return {
    id: request.id,
    tokens: request.tokens?.permits ?? 0,
    tokenUs: request.tokens?.interval.emissionUs ?? 0,
    costMicroUsd: request.cost?.microUsd ?? 0,
    atMs: request.atMs,
    day,
  };
}

/** How the limits stand after a request was admitted that `refusalAt` does not refuse. */
export function standingAfter(ask: Ask, standing: Standing): Standing {
  const tats: { minute?: number; hour?: number } = { ...standing.tats };
  for (const interval of ask.intervals) {
    const step = take(interval, tats[interval.bucket], ask.nowUs);
    if (step.admitted) tats[interval.bucket] = step.tatUs;
  }
  const { hold: request } = ask;
  if (!request) return { ...standing, tats };
  const day = dayOf(request, standing);
  const spent = standing.cost?.day === day ? standing.cost.microUsd : 0;
  return {
    ...standing,
    tats,
    tokens: hold(standing.tokens, request.tokens?.us ?? 0),
    ...(request.cost && { cost: { day, microUsd: safe(spent + request.cost.microUsd, 'the cost') } }),
    open: new Set([...(standing.open ?? []), request.id]),
  };
}

/** The decision after what was asked for was taken; `standing` is how the limits stand then. */
export function admittedAt(ask: Ask, standing: Standing, epochs: Epochs): Decision {
  const reservation = ask.hold && reservationOf(ask.hold, dayOf(ask.hold, standing));
  return { admitted: true, ...(reservation && { reservation }), buckets: statesAt(ask, standing), ...epochs };
}

/** The refusal that these limits prove, naming the one with the longest wait; `undefined` if they prove none. */
export function refusalAt(ask: Ask, standing: Standing, epochs: Epochs): Decision | undefined {
  let decidedBy: LimitName | undefined;
  let longestUs = 0;
  for (const [limit, us] of waits(ask, standing)) {
    if (us > longestUs) {
      longestUs = us;
      decidedBy = limit;
    }
  }
  if (decidedBy === undefined) return undefined;
  const retryAfterMs = Math.ceil(longestUs / 1_000);
  return { admitted: false, decidedBy, retryAfterMs, buckets: statesAt(ask, standing), ...epochs };
}

/** What every limit makes this request wait, in microseconds; of equal ones the first counts. */
function waits({ intervals, nowUs, hold: request }: Ask, standing: Standing): [LimitName, number][] {
  const found: [LimitName, number][] = intervals.map((interval) => [
    interval.bucket,
    waitUs(interval, standing.tats[interval.bucket], nowUs),
  ]);
  if (request?.tokens) {
    const { interval, us } = request.tokens;
    found.push(['tokens', holdWaitUs(interval, standing.tokens, us, nowUs)]);
  }
  if (request?.cost) {
    const day = dayOf(request, standing);
    const spent = standing.cost?.day === day ? standing.cost.microUsd : 0;
    const fits = spent + request.cost.microUsd <= request.cost.budgetMicroUsd;
    found.push(['cost', fits ? 0 : microseconds(endOfDayMs(day)) - nowUs]);
  }
  if (request && (standing.open?.size ?? 0) >= request.maxOpen) found.push(['concurrent', placeWaitUs]);
  return found;
}

function statesAt({ intervals, nowUs, hold: request }: Ask, standing: Standing): BucketState[] {
  const states = intervals.map((interval) => stateOf(interval, standing.tats[interval.bucket], nowUs));
  if (!request?.tokens) return states;
  const missing = missingUs(standing.tokens, nowUs);
  return [...states, stateOf(request.tokens.interval, nowUs + missing, nowUs)];
}
