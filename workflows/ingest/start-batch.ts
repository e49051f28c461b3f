import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { z } from 'zod';
import type { IngestDeps } from '../../core/documents/ingest/attempt.ts';
import type { StartAttempt } from '../../core/documents/revive-attempt.ts';
import { startIngestion } from '../../core/documents/start-ingestion.ts';
import { logError } from '../../functions/http/app.ts';
import { readArrivedKey } from './input.ts';

/** A message of the bucket: what arrived, or the test that S3 sends when notifications are switched on. */
const messageSchema = z.union([
  z.object({ Event: z.literal('s3:TestEvent') }).transform(() => [] as string[]),
  z
    .object({
      Records: z.array(z.object({ s3: z.object({ object: z.object({ key: z.string() }) }) })).max(100),
    })
    .transform(({ Records }) => Records.map((record) => record.s3.object.key)),
]);

/**
 * Starts ingestion for a batch of messages. Messages that failed are reported one by one, so that the others are not
 * told again; what cannot be read ends in the dead-letter queue, where it is not lost.
 */
export async function startBatch(
  deps: IngestDeps & { readonly start: StartAttempt },
  event: SQSEvent,
): Promise<SQSBatchResponse> {
  const failures = await Promise.all(
    event.Records.map(async ({ body, messageId }) => {
      try {
        for (const key of messageSchema.parse(JSON.parse(body))) {
          const arrived = readArrivedKey(key);
          if (arrived) await startIngestion(deps, arrived.tenant, arrived);
        }
        return [];
      } catch (error) {
        logError(`message ${messageId} did not start an ingestion`, error);
        return [{ itemIdentifier: messageId }];
      }
    }),
  );
  return { batchItemFailures: failures.flat() };
}
