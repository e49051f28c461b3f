import { SFNClient } from '@aws-sdk/client-sfn';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { z } from 'zod';
import { region } from '../../core/aws/clients.ts';
import { readEnvironment } from '../../core/environment/read-environment.ts';
import { createExecutions } from './executions.ts';
import { startBatch } from './start-batch.ts';
import { createStores, storesEnvironment } from './stores.ts';

const env = readEnvironment(storesEnvironment.extend({ INGEST_STATE_MACHINE_ARN: z.string() }));
const stores = createStores(env);
const sfn = new SFNClient({ region: region(), maxAttempts: 3 });
const { start } = createExecutions(sfn, env.INGEST_STATE_MACHINE_ARN);

/** Takes the bucket's notifications from the queue. */
export const handler = middy<SQSEvent, SQSBatchResponse>().handler((event) =>
  startBatch({ ...stores, start }, event),
);
