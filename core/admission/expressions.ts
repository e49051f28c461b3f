import type { Ask, Tats } from './decide.ts';
import type { BucketName } from './schema.ts';

/** What a write assumes of a bucket at `now`: nothing owed, or something owed and a permit left. */
export type Assumption = 'idle' | 'busy';
export type Assumptions = { readonly [B in BucketName]?: Assumption };

/** The expression half of an `UpdateItem`. */
export interface AdmissionUpdate {
  readonly UpdateExpression: string;
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues: Record<string, number>;
  readonly ReturnValues: 'ALL_NEW';
  readonly ReturnValuesOnConditionCheckFailure: 'ALL_OLD';
}

/** The attribute that holds a bucket's theoretical arrival time, in microseconds. */
export const tatAttribute = (bucket: BucketName) => `tat_${bucket}` as const;

/**
 * What to assume of every bucket, given arrival times that were seen. A full bucket counts as busy: whether it is
 * still full is for the store to say.
 */
export function assume(ask: Ask, tats: Tats | undefined): Assumptions {
  const assumptions: { [B in BucketName]?: Assumption } = {};
  for (const { bucket } of ask.intervals) {
    const tat = tats?.[bucket];
    // Knowing nothing of the tenant, busy is the better guess: under load it is right for all but the first request.
    const idle = tats !== undefined && (tat === undefined || tat <= ask.nowUs);
    assumptions[bucket] = idle ? 'idle' : 'busy';
  }
  return assumptions;
}

/**
 * One conditional write that takes a permit from every bucket or from none.
 *
 * DynamoDB has no `max()`, and a ConditionExpression has no arithmetic
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html), so
 * `max(TAT, now) + T` is written for the case that is assumed, the condition makes sure that the case holds, and every sum
 * in the condition is computed here, from the request's own clock.
 */
export function admissionUpdate(ask: Ask, assumptions: Assumptions): AdmissionUpdate {
  const sets: string[] = [];
  const conditions = ['attribute_exists(#pk)'];
  const names: Record<string, string> = { '#pk': 'pk' };
  const values: Record<string, number> = { ':now': ask.nowUs };
  for (const { bucket, emissionUs, toleranceUs } of ask.intervals) {
    const name = `#tat_${bucket}`;
    names[name] = tatAttribute(bucket);
    if (assumptions[bucket] === 'idle') {
      values[`:next_${bucket}`] = ask.nowUs + emissionUs;
      sets.push(`${name} = :next_${bucket}`);
      conditions.push(`(attribute_not_exists(${name}) OR ${name} <= :now)`);
    } else {
      values[`:emission_${bucket}`] = emissionUs;
      values[`:latest_${bucket}`] = ask.nowUs + toleranceUs;
      sets.push(`${name} = ${name} + :emission_${bucket}`);
      conditions.push(`${name} > :now`, `${name} <= :latest_${bucket}`);
    }
  }
  return {
    UpdateExpression: `SET ${sets.join(', ')}`,
    ConditionExpression: conditions.join(' AND '),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
    ReturnValues: 'ALL_NEW',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
}
