import { type Ask, dayOf, type Hold, reservationOf, type Standing } from './decide.ts';
import type { BucketName } from './schema.ts';
import { entryOf } from './stored-standing.ts';

/** What a write assumes of a bucket at `now`: nothing owed, or something owed and a permit left. */
export type Assumption = 'idle' | 'busy';

/** What a write assumes of the item. Each of them goes one way only, as long as `now` stays. */
export interface Assumptions {
  readonly minute?: Assumption;
  readonly hour?: Assumption;
  readonly tokens?: Assumption;
  /** The day that money is reserved from, and whether it is the item's day already. */
  readonly cost?: { readonly day: string; readonly begun: boolean };
  /** Whether there is a map of what is reserved. */
  readonly open?: boolean;
}

/** The expression half of an `UpdateItem`. */
export interface AdmissionUpdate {
  readonly UpdateExpression: string;
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues: Record<string, unknown>;
  readonly ReturnValues: 'ALL_NEW';
  readonly ReturnValuesOnConditionCheckFailure: 'ALL_OLD';
}

interface Parts {
  readonly sets: string[];
  readonly conditions: string[];
  readonly names: Record<string, string>;
  readonly values: Record<string, unknown>;
}

/** The attribute that holds a bucket's theoretical arrival time, in microseconds. */
export const tatAttribute = (bucket: BucketName) => `tat_${bucket}` as const;

/**
 * What to assume of every limit, given how they stood when they were seen. A full bucket counts as busy: whether it is
 * still full is for the store to say.
 */
export function assume(ask: Ask, seen: Standing | undefined): Assumptions {
  // Knowing nothing of the tenant, busy is the better guess: under load it is right for all but the first request.
  const kind = (tat: number | undefined): Assumption =>
    seen !== undefined && (tat === undefined || tat <= ask.nowUs) ? 'idle' : 'busy';
  const { hold } = ask;
  return {
    ...Object.fromEntries(ask.intervals.map(({ bucket }) => [bucket, kind(seen?.tats[bucket])])),
    ...(hold?.tokens && { tokens: kind(seen?.tokens.tatUs) }),
    ...(hold?.cost && { cost: assumeCost(hold, seen) }),
    ...(hold && { open: seen === undefined || seen.open !== undefined }),
  };
}

function assumeCost(hold: Hold, seen: Standing | undefined) {
  const day = dayOf(hold, seen);
  return { day, begun: seen === undefined || seen.cost?.day === day };
}

/** How many things a request's assumptions can be wrong about one after another: two days, since clocks differ. */
export function stepsOf({ intervals, hold }: Ask): number {
  return intervals.length + (hold ? 1 : 0) + (hold?.tokens ? 1 : 0) + (hold?.cost ? 2 : 0);
}

/**
 * One conditional write that takes a permit from every bucket and reserves from every budget, or does neither.
 *
 * DynamoDB has no `max()`, and a ConditionExpression has no arithmetic
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html), so
 * `max(TAT, now) + T` is written for the case that is assumed, the condition makes sure that the case holds, and every sum
 * in the condition is computed here, from the request's own clock.
 */
export function admissionUpdate(ask: Ask, assumptions: Assumptions): AdmissionUpdate {
  const parts: Parts = {
    sets: [],
    conditions: ['attribute_exists(#pk)'],
    names: { '#pk': 'pk' },
    values: { ':now': ask.nowUs },
  };
  for (const interval of ask.intervals) takePermit(parts, ask.nowUs, interval, assumptions[interval.bucket]);
  if (ask.configVersion !== undefined) {
    parts.names['#version'] = 'config_version';
    parts.values[':version'] = ask.configVersion;
    parts.conditions.push('(attribute_not_exists(#version) OR #version <= :version)');
  }
  if (ask.hold) {
    holdTokens(parts, ask.nowUs, ask.hold, assumptions.tokens);
    holdMoney(parts, ask.hold, assumptions.cost);
    takePlace(parts, ask.hold, assumptions);
  }
  return {
    UpdateExpression: `SET ${parts.sets.join(', ')}`,
    ConditionExpression: parts.conditions.join(' AND '),
    ExpressionAttributeNames: parts.names,
    ExpressionAttributeValues: parts.values,
    ReturnValues: 'ALL_NEW',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
}

function takePermit(
  { sets, conditions, names, values }: Parts,
  nowUs: number,
  { bucket, emissionUs, toleranceUs }: Ask['intervals'][number],
  assumption: Assumption | undefined,
): void {
  const name = `#tat_${bucket}`;
  names[name] = tatAttribute(bucket);
  if (assumption === 'idle') {
    values[`:next_${bucket}`] = nowUs + emissionUs;
    sets.push(`${name} = :next_${bucket}`);
    conditions.push(`(attribute_not_exists(${name}) OR ${name} <= :now)`);
  } else {
    values[`:emission_${bucket}`] = emissionUs;
    values[`:latest_${bucket}`] = nowUs + toleranceUs;
    sets.push(`${name} = ${name} + :emission_${bucket}`);
    conditions.push(`${name} > :now`, `${name} <= :latest_${bucket}`);
  }
}

/** What is held is kept alone and on top of the arrival time, since a condition cannot add the two. */
function holdTokens(
  { sets, conditions, names, values }: Parts,
  nowUs: number,
  { tokens }: Hold,
  assumption: Assumption | undefined,
): void {
  if (!tokens) return;
  const most = tokens.interval.capacity * tokens.interval.emissionUs - tokens.us;
  Object.assign(names, { '#tat_tokens': 'tat_tokens', '#held': 'held_tokens', '#tat_held': 'tat_held' });
  Object.assign(values, { ':held': tokens.us, ':none': 0 });
  for (const name of ['#held', '#tat_held']) sets.push(`${name} = if_not_exists(${name}, :none) + :held`);
  if (assumption === 'idle') {
    values[':most_held'] = most;
    conditions.push('(attribute_not_exists(#tat_tokens) OR #tat_tokens <= :now)');
    conditions.push('(attribute_not_exists(#held) OR #held <= :most_held)');
  } else {
    values[':latest_held'] = nowUs + most;
    conditions.push('#tat_tokens > :now', '#tat_held <= :latest_held');
  }
}

function holdMoney(
  { sets, conditions, names, values }: Parts,
  { cost }: Hold,
  assumed: Assumptions['cost'],
): void {
  if (!cost || !assumed) return;
  const most = cost.budgetMicroUsd - cost.microUsd;
  Object.assign(names, { '#cost_day': 'cost_day', '#cost': 'cost_micro' });
  Object.assign(values, { ':day': assumed.day, ':cost': cost.microUsd });
  if (assumed.begun) {
    values[':most_cost'] = most;
    sets.push('#cost = #cost + :cost');
    conditions.push('#cost_day = :day', '#cost <= :most_cost');
  } else {
    sets.push('#cost_day = :day', '#cost = :cost');
    conditions.push('(attribute_not_exists(#cost_day) OR #cost_day < :day)');
    // More than a whole day's money: only the failed condition brings the item, which a refusal needs.
    if (most < 0) conditions.push('attribute_not_exists(#pk)');
  }
}

function takePlace({ sets, conditions, names, values }: Parts, hold: Hold, assumptions: Assumptions): void {
  const entry = entryOf(reservationOf(hold, assumptions.cost?.day ?? hold.today));
  names['#open'] = 'open';
  if (assumptions.open) {
    names['#id'] = hold.id;
    Object.assign(values, { ':entry': entry, ':places': hold.maxOpen });
    sets.push('#open.#id = :entry');
    conditions.push('size(#open) < :places', 'attribute_not_exists(#open.#id)');
  } else {
    values[':first'] = { [hold.id]: entry };
    sets.push('#open = :first');
    conditions.push('attribute_not_exists(#open)');
  }
}
