import { createDynamoAdmission } from '../../core/admission/admission.dynamo.ts';
import { AdmissionUnsure } from '../../core/admission/admission.ts';
import { createDocumentClient } from '../../core/aws/clients.ts';
import type { AskerAnswer, AskerSettings, Asking, Told } from './asking.ts';

/**
 * A process that asks for admission, as a warm function would: it takes `Asking` messages from its parent and answers each
 * with what the callers were told. Its one argument is `AskerSettings` as JSON; it ends with its parent.
 */
const { endpoint, tableName, requestTimeoutMs, deadlineMs } = JSON.parse(
  process.argv[2] ?? '',
) as AskerSettings;
const documents = createDocumentClient({ endpoint, maxAttempts: 1, requestTimeoutMs });
const admission = createDynamoAdmission({ tables: () => documents, tableName, deadlineMs });

async function ask({ tenant, limits, nowMs, count }: Asking): Promise<Told> {
  const told = { admitted: 0, refused: 0, unsure: 0 };
  const one = async () => {
    try {
      const { admitted } = await admission.admit(tenant, limits, nowMs);
      told[admitted ? 'admitted' : 'refused'] += 1;
    } catch (error) {
      if (!(error instanceof AdmissionUnsure)) throw error;
      told.unsure += 1;
    }
  };
  await Promise.all(Array.from({ length: count }, one));
  return told;
}

process.on('disconnect', () => process.exit());
process.on('message', (asking: Asking) => {
  ask(asking)
    .then(
      (told): AskerAnswer => ({ told }),
      (error): AskerAnswer => ({ error: String(error) }),
    )
    .then((answer) => process.send?.(answer));
});
