import { resolve } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListExecutionsCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDocumentClient, createS3, region } from '../../core/aws/clients.ts';
import { acceptUpload } from '../../core/documents/accept-upload.ts';
import { createS3BlobStore } from '../../core/documents/blob-store.s3.ts';
import type { BlobStore } from '../../core/documents/blob-store.ts';
import type { DocumentRecord } from '../../core/documents/document.ts';
import { keys } from '../../core/documents/keys.ts';
import { createDynamoLedger } from '../../core/documents/ledger.dynamo.ts';
import type { DocumentLedger } from '../../core/documents/ledger.ts';
import { vouchForTenant } from '../../core/tenants/tenant-id.ts';
import { arns, physical } from '../../local/aws/names.ts';
import { type Emulator, startEmulator } from '../../test/support/emulator.ts';

const model = (name: string) => resolve(import.meta.dirname, '../../.cache/models', name);
const tenant = vouchForTenant('sweep');
const stateMachineArn = arns.stateMachine('ingest');
let emulator: Emulator;
let ledger: DocumentLedger;
let blobs: BlobStore;
let sfn: SFNClient;

beforeAll(async () => {
  emulator = await startEmulator({
    everything: {
      EMBEDDER_MODEL_PATH: process.env.EMBEDDER_MODEL_PATH ?? model('bge-small-en-v1.5-q.onnx'),
      EMBEDDER_TOKENIZER_PATH:
        process.env.EMBEDDER_TOKENIZER_PATH ?? model('bge-small-en-v1.5-tokenizer.json'),
      AUTH_MODES: 'header',
      // Of functions that this test does not reach.
      RAG_SERVICE_URL: 'http://127.0.0.1:9',
      VLLM_SERVICE_URL: 'http://127.0.0.1:9',
    },
  });
  Object.assign(process.env, emulator.env);
  ledger = createDynamoLedger(createDocumentClient(), emulator.tableName);
  blobs = createS3BlobStore(createS3(), emulator.bucketName);
  sfn = new SFNClient({ region: region() });
});
afterAll(() => emulator?.stop());

const pause = () => new Promise((wake) => setTimeout(wake, 50));
const bytesOf = (text: string) => new TextEncoder().encode(text);

async function upload(text: string): Promise<DocumentRecord> {
  const file = { bytes: bytesOf(text), filename: 'a.txt', mediaType: 'text/plain' };
  const result = await acceptUpload({ ledger, blobs }, tenant, file);
  if (!result.accepted) throw new Error(result.why);
  return result.record;
}

/** Stops a document's execution as soon as it runs, as an operator or the end of the emulator would. */
async function stop({ documentId }: DocumentRecord): Promise<void> {
  for (const until = Date.now() + 30_000; Date.now() < until; await pause()) {
    const { executions = [] } = await sfn.send(
      new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }),
    );
    const found = executions.find(({ name }) => name?.startsWith(`${documentId}-v1-a1-`));
    if (!found?.executionArn) continue;
    await sfn.send(new StopExecutionCommand({ executionArn: found.executionArn }));
    return;
  }
  throw new Error('it never ran');
}

async function settled({ documentId }: DocumentRecord): Promise<DocumentRecord | undefined> {
  for (const until = Date.now() + 60_000; Date.now() < until; await pause()) {
    const record = await ledger.get(tenant, documentId);
    if (record?.state === 'ready' || record?.state === 'failed') return record;
  }
  return ledger.get(tenant, documentId);
}

async function sweep(): Promise<unknown> {
  const client = new LambdaClient({ region: region() });
  const answer = await client.send(new InvokeCommand({ FunctionName: physical('ingest-sweep') }));
  const result: unknown = JSON.parse(Buffer.from(answer.Payload ?? []).toString());
  if (answer.FunctionError) throw new Error(JSON.stringify(result));
  return result;
}

describe('ingestions that were cut off, on emulated AWS', () => {
  it('are gone on with by the sweep, once', { timeout: 150_000 }, async () => {
    expect(await sweep()).toEqual({ restarted: 0, failed: 0, over: 0 });
    const [cut, whole] = [await upload('The library opens at nine.'), await upload('Parking is free.')];
    await stop(cut);
    expect(await settled(whole)).toMatchObject({ state: 'ready', attempts: 1 });
    expect(await ledger.get(tenant, cut.documentId)).toMatchObject({ attempts: 1 });
    expect((await ledger.get(tenant, cut.documentId))?.state).not.toMatch(/ready|failed/);

    const outcomes = await Promise.all([sweep(), sweep()]);
    expect(outcomes).toContainEqual({ restarted: 1, failed: 0, over: 0 });
    expect(await settled(cut)).toMatchObject({ state: 'ready', attempts: 2 });
    expect(await sweep()).toMatchObject({ restarted: 0, failed: 0 });
    expect(await ledger.get(tenant, cut.documentId)).toMatchObject({ state: 'ready', attempts: 2 });
  });

  it('are gone on with when their original arrives again', { timeout: 100_000 }, async () => {
    const record = await upload('The museum is closed on Mondays.');
    await stop(record);
    await blobs.put(
      keys.original(tenant, record.documentId, 1),
      bytesOf('The museum is closed on Mondays.'),
      {
        contentType: 'text/plain',
        metadata: { filename: 'a.txt' },
      },
    );
    expect(await settled(record)).toMatchObject({ state: 'ready', attempts: 2 });
  });
});
