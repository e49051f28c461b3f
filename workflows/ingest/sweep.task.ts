import { SFNClient } from '@aws-sdk/client-sfn';
import middy from '@middy/core';
import { z } from 'zod';
import { region } from '../../core/aws/clients.ts';
import { createSweep, type SweepResult } from '../../core/documents/create-sweep.ts';
import { readEnvironment } from '../../core/environment/read-environment.ts';
import { createExecutions } from './executions.ts';
import { createStores, storesEnvironment } from './stores.ts';

const env = readEnvironment(storesEnvironment.extend({ INGEST_STATE_MACHINE_ARN: z.string() }));
const stores = createStores(env);
const sfn = new SFNClient({ region: region(), maxAttempts: 3 });
const sweep = createSweep({ ...stores, ...createExecutions(sfn, env.INGEST_STATE_MACHINE_ARN) });

/** Runs on a schedule, and whenever somebody does not want to wait for it; the event says nothing. */
export const handler = middy<unknown, SweepResult>().handler(() => sweep());
