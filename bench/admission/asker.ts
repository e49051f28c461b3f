import { createDynamoAdmission } from '../../core/admission/admission.dynamo.ts';
import { AdmissionUnsure } from '../../core/admission/admission.ts';
import type { Reservation } from '../../core/admission/schema.ts';
import { createDocumentClient } from '../../core/aws/clients.ts';
import type { AskerAnswer, AskerSettings, Asking, Order, Settled, Settling, Told } from './asking.ts';

/**
 * A process that asks for admission, as a warm function would: it takes orders from its parent and answers each with
 * what the callers were told. Its one argument is `AskerSettings` as JSON; it ends with its parent.
 */
const { endpoint, tableName, requestTimeoutMs, deadlineMs } = JSON.parse(
  process.argv[2] ?? '',
) as AskerSettings;
const documents = createDocumentClient({ endpoint, maxAttempts: 1, requestTimeoutMs });
const admission = createDynamoAdmission({
  tables: () => documents,
  tableName,
  deadlineMs,
  settleDeadlineMs: 20_000,
});
let held: Reservation[] = [];

async function ask({ tenant, limits, nowMs, count, budget }: Asking): Promise<Told> {
  const told = { admitted: 0, refused: 0, unsure: 0 };
  held = [];
  const one = async (_: unknown, n: number) => {
    const wish = budget && { ...budget.wish, id: `${budget.wish.id}-${process.pid}-${n}` };
    try {
      const decision = await admission.admit(
        tenant,
        limits,
        nowMs,
        budget && wish && { budgets: budget.budgets, wish },
      );
      told[decision.admitted ? 'admitted' : 'refused'] += 1;
      if (decision.admitted && decision.reservation) held.push(decision.reservation);
    } catch (error) {
      if (!(error instanceof AdmissionUnsure)) throw error;
      told.unsure += 1;
    }
  };
  await Promise.all(Array.from({ length: count }, one));
  return told;
}

async function settle({ tenant, used, nowMs }: Settling): Promise<Settled> {
  const found = { settled: 0, unsure: 0 };
  const one = async (reservation: Reservation) => {
    try {
      // `already`: an earlier try of this same settlement was done, and its answer lost.
      await admission.settle(tenant, reservation, used, nowMs);
      found.settled += 1;
    } catch (error) {
      if (!(error instanceof AdmissionUnsure)) throw error;
      found.unsure += 1;
    }
  };
  await Promise.all(held.splice(0).map(one));
  return found;
}

process.on('disconnect', () => process.exit());
process.on('message', (order: Order) => {
  (order.kind === 'ask' ? ask(order) : settle(order))
    .then(
      (done): AskerAnswer => ({ done }),
      (error): AskerAnswer => ({ error: String(error) }),
    )
    .then((answer) => process.send?.(answer));
});
