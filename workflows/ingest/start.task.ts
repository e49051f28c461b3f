import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { z } from 'zod';
import { region } from '../../core/aws/clients.ts';
import type { StartAttempt } from '../../core/documents/start-ingestion.ts';
import { readEnvironment } from '../../core/environment/read-environment.ts';
import { executionName } from './execution-name.ts';
import type { IngestPayload } from './input.ts';
import { startBatch } from './start-batch.ts';
import { createStores, storesEnvironment } from './stores.ts';

const env = readEnvironment(storesEnvironment.extend({ INGEST_STATE_MACHINE_ARN: z.string() }));
const { ledger } = createStores(env);
const sfn = new SFNClient({ region: region(), maxAttempts: 3 });

const start: StartAttempt = async (tenant, ref) => {
  const payload: IngestPayload = {
    tenant_id: tenant,
    document_id: ref.documentId,
    version: ref.version,
    attempt: ref.attempt,
  };
  try {
    await sfn.send(
      new StartExecutionCommand({
        stateMachineArn: env.INGEST_STATE_MACHINE_ARN,
        name: executionName(tenant, ref),
        input: JSON.stringify(payload),
      }),
    );
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
};

/** Takes the bucket's notifications from the queue. */
export const handler = middy<SQSEvent, SQSBatchResponse>().handler((event) =>
  startBatch({ ledger, start }, event),
);
