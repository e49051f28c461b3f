import { setTimeout as sleep } from 'node:timers/promises';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { LRUCache } from 'lru-cache';
import type { TenantTables } from '../aws/tenant-tables.ts';
import { itemKeys } from '../tenants/item-keys.ts';
import type { TenantId } from '../tenants/tenant-id.ts';
import { type Admission, AdmissionUnsure, type Settlement, UnknownTenant } from './admission.ts';
import { admittedAt, askOf, outdatedAt, refusalAt, type Standing } from './decide.ts';
import { type AdmissionUpdate, admissionUpdate, assume, stepsOf } from './expressions.ts';
import { createDynamoSettlement } from './settlement.dynamo.ts';
import { epochsOf, fromWire, type Item, standingOf } from './stored-standing.ts';
import { writeOutcome } from './write-outcome.ts';

const noNames: ReadonlySet<string> = new Set();
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
  /** How long a settlement is repeated that others hold up, or whose outcome nobody knows. */
  readonly settleDeadlineMs?: number;
  /** Tenants whose last seen item is remembered, as a hint for the first guess. */
  readonly maxHints?: number;
}

/**
 * Admission in DynamoDB, without a read before the write and without a lost update: the item's buckets are changed by one
 * conditional `UpdateItem` that states what it assumes of each bucket.
 *
 * What is reserved is in the same item and the same write: tokens that are held, the day's money, a place in the map `open`.
 *
 * Why tries are bounded. A try fails when a limit does not allow the request, or when something is not what was
 * assumed. The item that comes back says which: in it a limit that is reached is the proof of a refusal, whether or not
 * somebody settles a moment later. So a try after which the request goes on failed for an assumption. `now` is fixed for
 * a request, and what is assumed goes one way only: a bucket from idle (TAT <= now) to busy, since a TAT only grows
 * (settling moves what is held, which nothing is assumed of, and the TAT of tokens forwards); the item from having no
 * map to having one, which nobody takes away; its day from an earlier one to this request's, and once more to tomorrow
 * where another clock is there already. The first failure ends guessing, and every later one means that since the
 * item was returned one of these N steps was taken (N is the number of buckets, one more with a reservation, two more with
 * a day). The first try, N steps and the try after the last: N + 2 tries at the most, four for two buckets, and the last
 * of them is admitted or proves a refusal. Running out would mean that somebody moved a TAT or a day back, or that a clock is
 * more than a day ahead: then nothing is proven, and the answer is `AdmissionUnsure`.
 *
 * The limits are those of a version of the configuration, and the write takes nothing where the item has a newer one: so a
 * changed limit holds from the next request on in every process, whatever it has cached.
 *
 * While somebody settles, the item is locked by their transaction for a moment, and the write is refused unwritten:
 * it is repeated, as after throttling, and is no try.
 */
export function createDynamoAdmission(options: DynamoAdmissionOptions): Admission & Settlement {
  const { tables, tableName, deadlineMs = 1_500, settleDeadlineMs = 5_000, maxHints = 10_000 } = options;
  const hints = new LRUCache<TenantId, Standing>({ max: maxHints });

  async function admit(...[tenant, limits, nowMs, budget, version]: Parameters<Admission['admit']>) {
    const ask = askOf(limits, nowMs, budget, version);
    await requireSingleAttempt(tables(tenant));
    const deadline = performance.now() + deadlineMs;
    let seen = hints.get(tenant);
    for (let tries = 0; tries < stepsOf(ask) + 2; tries++) {
      const attempt = await write(tenant, admissionUpdate(ask, assume(ask, seen)), deadline);
      if ('written' in attempt) {
        const standing = standingOf(attempt.written);
        remember(tenant, standing);
        return admittedAt(ask, standing, epochsOf(attempt.written));
      }
      if (!attempt.found) {
        hints.delete(tenant);
        throw new UnknownTenant(`tenant ${tenant} has no admission item`);
      }
      seen = standingOf(attempt.found);
      remember(tenant, seen);
      const outdated = outdatedAt(ask, epochsOf(attempt.found));
      if (outdated) return outdated;
      if (ask.hold && seen.open?.has(ask.hold.id)) {
        throw new AdmissionUnsure(`a request of tenant ${tenant} is reserved under this name already`);
      }
      const refusal = refusalAt(ask, seen, epochsOf(attempt.found));
      if (refusal) return refusal;
    }
    throw new AdmissionUnsure(`the limits of tenant ${tenant} kept changing under every try`);
  }

  /** Without the names of what is reserved: only whether there is a map of them is a hint. */
  function remember(tenant: TenantId, standing: Standing): void {
    hints.set(tenant, { ...standing, ...(standing.open && { open: noNames }) });
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
          return { found: error.Item && fromWire(error.Item) };
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

  return { admit, ...createDynamoSettlement({ tables, tableName, deadlineMs: settleDeadlineMs, maxHints }) };
}

export async function requireSingleAttempt(documents: DynamoDBDocumentClient): Promise<void> {
  const attempts = await documents.config.maxAttempts();
  if (attempts !== 1) throw new TypeError(`admission needs a client with maxAttempts 1, not ${attempts}`);
}
