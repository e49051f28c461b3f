import { createHash } from 'node:crypto';
import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { itemKeys } from '../tenants/item-keys.ts';
import type { TenantId } from '../tenants/tenant-id.ts';
import type { Bill } from './bill.ts';

/** What a settlement assumes of the item; each goes one way only, as long as `now` stays. */
export interface SettlementAssumptions {
  /** Whether more was used than has drained: the TAT of tokens lies ahead of the clock. */
  readonly busy: boolean;
  /** Whether the item still counts the day that the money was reserved from. */
  readonly sameDay: boolean;
}

/**
 * One transaction: the entry goes from `open` on the condition that it is there, what was used takes the place of what was
 * held, and the usage of the day grows. The same content gives the same request token, so a repeat after an
 * outcome that nobody knows is the same transaction to the store for ten minutes.
 */
export function settlementTransaction(
  tableName: string,
  tenant: TenantId,
  bill: Bill,
  assumptions: SettlementAssumptions,
): TransactWriteCommandInput {
  const { promptTokens, completionTokens, costMicroUsd } = bill.used;
  const usage = {
    ':one': 1,
    ':prompt': promptTokens,
    ':completion': completionTokens,
    ':cost': costMicroUsd,
  };
  const TransactItems = [
    {
      Update: {
        TableName: tableName,
        Key: itemKeys.admission(tenant),
        ...admissionSettled(bill, assumptions),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
      },
    },
    {
      Update: {
        TableName: tableName,
        Key: itemKeys.usage(tenant, bill.day),
        UpdateExpression:
          'ADD requests :one, prompt_tokens :prompt, completion_tokens :completion, cost_micro :cost',
        ExpressionAttributeValues: usage,
      },
    },
  ];
  const content = JSON.stringify([tenant, bill.id, TransactItems]);
  const ClientRequestToken = createHash('sha256').update(content).digest('base64url').slice(0, 36);
  return { ClientRequestToken, TransactItems };
}

function admissionSettled(bill: Bill, { busy, sameDay }: SettlementAssumptions) {
  const sets: string[] = [];
  const conditions = ['attribute_exists(#open.#id)'];
  const names: Record<string, string> = { '#open': 'open', '#id': bill.id };
  const values: Record<string, unknown> = {};
  if (bill.tokens) {
    const { heldUs, spentUs } = bill.tokens;
    Object.assign(names, { '#tat': 'tat_tokens', '#held': 'held_tokens', '#tat_held': 'tat_held' });
    values[':now'] = bill.nowUs;
    values[':held'] = heldUs;
    sets.push('#held = #held - :held');
    if (busy) {
      values[':spent'] = spentUs;
      values[':change'] = spentUs - heldUs;
      sets.push('#tat = #tat + :spent', '#tat_held = #tat_held + :change');
      conditions.push('#tat > :now');
    } else {
      values[':tat'] = bill.nowUs + spentUs;
      values[':rest'] = bill.nowUs + spentUs - heldUs;
      // `#held` is what it was before this write.
      sets.push('#tat = :tat', '#tat_held = #held + :rest');
      conditions.push('(attribute_not_exists(#tat) OR #tat <= :now)');
    }
  }
  names['#cost_day'] = 'cost_day';
  values[':day'] = bill.day;
  if (sameDay) {
    names['#cost'] = 'cost_micro';
    values[':difference'] = bill.costDifference;
    sets.push('#cost = #cost + :difference');
    conditions.push('#cost_day = :day');
  } else {
    conditions.push('(attribute_not_exists(#cost_day) OR #cost_day <> :day)');
  }
  return {
    UpdateExpression: `REMOVE #open.#id${sets.length > 0 ? ` SET ${sets.join(', ')}` : ''}`,
    ConditionExpression: conditions.join(' AND '),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  };
}
