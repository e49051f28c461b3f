import { setTimeout as sleep } from 'node:timers/promises';
import { type AttributeValue, ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { LRUCache } from 'lru-cache';
import type { TenantTables } from '../aws/tenant-tables.ts';
import { itemKeys } from '../tenants/item-keys.ts';
import type { TenantId } from '../tenants/tenant-id.ts';
import { type Admission, AdmissionUnsure, UnknownTenant } from './admission.ts';
import { type Ask, admittedAt, askOf, type Epochs, refusalAt, type Tats } from './decide.ts';
import { type AdmissionUpdate, admissionUpdate, assume, tatAttribute } from './expressions.ts';
import { writeOutcome } from './write-outcome.ts';

type Item = Record<string, unknown>;
/** Either the write held (`written`), or the condition failed and the item is as it was found (`found`, if any). */
type Attempt = { readonly written: Item } | { readonly found: Item | undefined };

export interface DynamoAdmissionOptions {
  /**
   * Clients whose own `maxAttempts` is 1: the SDK repeats a write after a time-out as if it had not happened, and a
   * permit would be taken twice.
   */
  readonly tables: TenantTables;
  readonly tableName: string;
  /** How long writes that certainly did not happen (throttled, no connection) are repeated. */
  readonly deadlineMs?: number;
  /** Tenants whose last seen item is remembered, as a hint for the first guess. */
  readonly maxHints?: number;
}

/**
 * Admission in DynamoDB, without a read before the write and without a lost update: the item's buckets are changed by one
 * conditional `UpdateItem` that states what it assumes of each bucket.
 *
 * Why tries are bounded. `now` is fixed for a request and a TAT only grows, so for this request a bucket goes from
 * idle (TAT <= now) to busy to full and never back. A try fails only when some bucket is not what was assumed; the
 * item that comes back says what each was at that moment. So the first failure ends guessing, and every later one means
 * that since the item was returned a bucket has taken a step towards full. N buckets can take N steps from all idle to
 * all busy, the next step fills one, and a full bucket is the proof of a refusal. The first try, N steps and the try
 * after the last: N + 2 tries at the most, four for two buckets, and the last of them is admitted or proves a refusal.
 * Running out would mean that somebody moved a TAT back: then nothing is proven, and the answer is `AdmissionUnsure`.
 */
export function createDynamoAdmission(options: DynamoAdmissionOptions): Admission {
  const { tables, tableName, deadlineMs = 1_500, maxHints = 10_000 } = options;
  const hints = new LRUCache<TenantId, Tats>({ max: maxHints });

  async function admit(...[tenant, limits, nowMs]: Parameters<Admission['admit']>) {
    const ask = askOf(limits, nowMs);
    await requireSingleAttempt(tables(tenant));
    const deadline = performance.now() + deadlineMs;
    let seen = hints.get(tenant);
    for (let tries = 0; tries < ask.intervals.length + 2; tries++) {
      const attempt = await write(tenant, admissionUpdate(ask, assume(ask, seen)), deadline);
      if ('written' in attempt) {
        hints.set(tenant, tatsOf(attempt.written, ask));
        return admittedAt(ask, tatsOf(attempt.written, ask), epochsOf(attempt.written));
      }
      if (!attempt.found) {
        hints.delete(tenant);
        throw new UnknownTenant(`tenant ${tenant} has no admission item`);
      }
      seen = tatsOf(attempt.found, ask);
      hints.set(tenant, seen);
      const refusal = refusalAt(ask, seen, epochsOf(attempt.found));
      if (refusal) return refusal;
    }
    throw new AdmissionUnsure(`the buckets of tenant ${tenant} kept changing under every try`);
  }

  /** Sends one write until its outcome is known or `deadline` has passed; never again once it may have happened. */
  async function write(tenant: TenantId, update: AdmissionUpdate, deadline: number): Promise<Attempt> {
    for (let repeats = 0; ; repeats++) {
      try {
        const command = new UpdateCommand({
          TableName: tableName,
          Key: itemKeys.admission(tenant),
          ...update,
        });
        const { Attributes } = await tables(tenant).send(command);
        // Without the item it would be admitted blindly: no versions, no remaining permits.
        if (!Attributes) throw new Error('the store did not return the item that it wrote');
        return { written: Attributes };
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) {
          return { found: error.Item && numbersOf(error.Item) };
        }
        const outcome = writeOutcome(error);
        if (outcome === 'rejected') throw error;
        const pauseMs = Math.random() * Math.min(400, 25 * 2 ** repeats);
        if (outcome === 'unknown' || performance.now() + pauseMs >= deadline) {
          throw new AdmissionUnsure(`admission of tenant ${tenant}: ${outcome}`, { cause: error });
        }
        await sleep(pauseMs);
      }
    }
  }

  return { admit };
}

async function requireSingleAttempt(documents: DynamoDBDocumentClient): Promise<void> {
  const attempts = await documents.config.maxAttempts();
  if (attempts !== 1) throw new TypeError(`admission needs a client with maxAttempts 1, not ${attempts}`);
}

/** The numbers of an item as an exception carries it: the document client leaves that one in the wire's types. */
function numbersOf(item: Record<string, AttributeValue>): Item {
  return Object.fromEntries(
    Object.entries(item).flatMap(([name, { N }]) => (N === undefined ? [] : [[name, Number(N)]])),
  );
}

function tatsOf(item: Item, ask: Ask): Tats {
  const entries = ask.intervals.flatMap(({ bucket }) => {
    const tat = item[tatAttribute(bucket)];
    return tat === undefined ? [] : [[bucket, Number(tat)] as const];
  });
  return Object.fromEntries(entries);
}

function epochsOf(item: Item): Epochs {
  return { configVersion: Number(item.config_version ?? 0), authEpoch: Number(item.auth_epoch ?? 0) };
}
