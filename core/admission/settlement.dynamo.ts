import { setTimeout as sleep } from 'node:timers/promises';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { GetCommand, TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { LRUCache } from 'lru-cache';
import type { TenantTables } from '../aws/tenant-tables.ts';
import { itemKeys } from '../tenants/item-keys.ts';
import type { TenantId } from '../tenants/tenant-id.ts';
import { AdmissionUnsure, type Settlement } from './admission.ts';
import { billOf } from './bill.ts';
import { settlementTransaction } from './settlement-transaction.ts';
import { fromWire, type Item, reservationsOf, standingOf } from './stored-standing.ts';
import { writeOutcome } from './write-outcome.ts';

export interface DynamoSettlementOptions {
  readonly tables: TenantTables;
  readonly tableName: string;
  /** How long a settlement is repeated that others hold up, or whose outcome nobody knows. */
  readonly deadlineMs?: number;
  /** Tenants of whom is remembered how they stood, as a hint for the first guess. */
  readonly maxHints?: number;
}

/** How a tenant stood when this process saw it last: the TAT of its tokens, and whether the day was the reservation's. */
interface Hint {
  readonly tatUs: number;
  readonly sameDay: boolean;
}

/** The first guess, the bucket's one step, two of the day (earlier, this one, later), and the try after the last. */
const maxTries = 5;
/** Reasons for which a transaction was cancelled by others or by load, and not by what it says. */
const heldUp = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

/**
 * Settlement in DynamoDB: one transaction over the tenant's `ADMISSION` item and its usage of the day. It holds once: its
 * condition is that the entry is in `open`. So it may be repeated whatever became of the try before.
 *
 * Tries are bounded as admission's are: `now` is fixed, the TAT of tokens only grows and the item's day only moves on, so
 * what is assumed can be wrong three times at the most after the first guess.
 */
export function createDynamoSettlement(options: DynamoSettlementOptions): Settlement {
  const { tables, tableName, deadlineMs = 5_000, maxHints = 10_000 } = options;
  const hints = new LRUCache<TenantId, Hint>({ max: maxHints });

  async function settle(...[tenant, reservation, used, nowMs]: Parameters<Settlement['settle']>) {
    const bill = billOf(reservation, used, nowMs);
    const deadline = performance.now() + deadlineMs;
    let { tatUs, sameDay } = hints.get(tenant) ?? { tatUs: 0, sameDay: reservation.costMicroUsd > 0 };
    for (let tries = 0; tries < maxTries; tries++) {
      const transaction = settlementTransaction(tableName, tenant, bill, {
        busy: tatUs > bill.nowUs,
        sameDay,
      });
      const found = await write(tenant, transaction, deadline);
      if (found === 'written') {
        const spentUs = bill.tokens?.spentUs ?? 0;
        hints.set(tenant, { tatUs: Math.max(tatUs, bill.nowUs) + spentUs, sameDay });
        return 'settled';
      }
      const standing = found && standingOf(found);
      if (!standing?.open?.has(bill.id)) return 'already';
      tatUs = standing.tokens.tatUs ?? 0;
      sameDay = standing.cost?.day === bill.day;
    }
    throw new AdmissionUnsure(`the limits of tenant ${tenant} kept changing under every try to settle`);
  }

  /** Sends one transaction until it is written, or its condition failed on the item that comes back, if there is one. */
  async function write(
    tenant: TenantId,
    transaction: TransactWriteCommandInput,
    deadline: number,
  ): Promise<'written' | Item | undefined> {
    for (let repeats = 0; ; repeats++) {
      try {
        await tables(tenant).send(new TransactWriteCommand(transaction));
        return 'written';
      } catch (error) {
        const failed = failedCondition(error);
        if (failed) return failed.item ?? (await read(tenant));
        if (!mayRepeat(error)) throw error;
        const pauseMs = Math.random() * Math.min(400, 25 * 2 ** repeats);
        if (performance.now() + pauseMs >= deadline) {
          throw new AdmissionUnsure(`settlement of tenant ${tenant} did not get through`, { cause: error });
        }
        await sleep(pauseMs);
      }
    }
  }

  async function read(tenant: TenantId): Promise<Item | undefined> {
    const { Item } = await tables(tenant).send(
      new GetCommand({ TableName: tableName, Key: itemKeys.admission(tenant), ConsistentRead: true }),
    );
    return Item;
  }

  return {
    settle,
    async open(tenant) {
      const item = await read(tenant);
      return item ? reservationsOf(item) : [];
    },
  };
}

/** The item on which the condition failed, where that is why the transaction was cancelled. */
function failedCondition(error: unknown): { readonly item: Item | undefined } | undefined {
  if (!(error instanceof TransactionCanceledException)) return undefined;
  const reason = error.CancellationReasons?.find(({ Code }) => Code === 'ConditionalCheckFailed');
  return reason && { item: reason.Item && fromWire(reason.Item) };
}

/** The condition makes a repeat harmless, so unlike an admission it is also repeated when it may have been written. */
function mayRepeat(error: unknown): boolean {
  if (error instanceof TransactionCanceledException) {
    const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code ?? 'None');
    return codes.some((code) => heldUp.has(code));
  }
  if (error instanceof Error && error.name === 'TransactionInProgressException') return true;
  return writeOutcome(error) !== 'rejected';
}
