import { resolve } from 'node:path';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
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
import { arns } from '../../local/aws/names.ts';
import { type Emulator, startEmulator } from '../../test/support/emulator.ts';

const model = (name: string) => resolve(import.meta.dirname, '../../.cache/models', name);
const tenant = vouchForTenant('machine');
let emulator: Emulator;
let ledger: DocumentLedger;
let blobs: BlobStore;

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
});
afterAll(() => emulator?.stop());

async function upload(text: string, filename: string): Promise<DocumentRecord> {
  const file = { bytes: new TextEncoder().encode(text), filename, mediaType: 'text/plain' };
  const result = await acceptUpload({ ledger, blobs }, tenant, file);
  if (!result.accepted) throw new Error(result.why);
  return result.record;
}

async function settled({ documentId }: DocumentRecord): Promise<DocumentRecord> {
  for (const until = Date.now() + 100_000; ; ) {
    const record = await ledger.get(tenant, documentId);
    if (record?.state === 'ready' || record?.state === 'failed') return record;
    if (Date.now() > until) throw new Error(`still ${record?.state}`);
    await new Promise((wake) => setTimeout(wake, 200));
  }
}

const executions = async () => {
  const sfn = new SFNClient({ region: region() });
  const { executions: found = [] } = await sfn.send(
    new ListExecutionsCommand({ stateMachineArn: arns.stateMachine('ingest') }),
  );
  return found.map(({ name = '', status }) => ({ name, status }));
};

describe('the ingest state machine on emulated AWS', () => {
  it('takes stored files to ready or failed by itself, each in one execution', {
    timeout: 120_000,
  }, async () => {
    const records = await Promise.all([
      upload('The library opens at nine on weekdays.', 'library.txt'),
      upload('%PDF-1.7', 'broken.txt'),
      upload('# Parking\n\nParking is free on Sundays.', 'parking.md'),
    ]);
    // A second arrival of the same file starts nothing.
    await upload('# Parking\n\nParking is free on Sundays.', 'parking.md');
    const done = await Promise.all(records.map(settled));
    expect(done.map(({ state }) => state)).toEqual(['ready', 'failed', 'ready']);
    expect(done[1]?.reason).toMatch(/^The file is a PDF file, although its name ends in \.txt/);
    expect(done.map(({ attempts }) => attempts)).toEqual([1, 1, 1]);

    for (
      let tries = 0;
      tries < 50 && (await executions()).some(({ status }) => status === 'RUNNING');
      tries++
    ) {
      await new Promise((wake) => setTimeout(wake, 200));
    }
    const names = records.map(({ documentId }) => `${documentId}-v1-a1-`);
    const found = await executions();
    expect(found).toHaveLength(3);
    for (const name of names) {
      expect(found.find((execution) => execution.name.startsWith(name))?.status).toBe('SUCCEEDED');
    }
  });

  it('records a failure inside without its words, and ends as failed', { timeout: 120_000 }, async () => {
    const record = await upload('This will lose its text.', 'lost.txt');
    // Damage between the steps: the outline that parsing leaves is made unreadable as often as it appears.
    const outline = keys.attemptWork(tenant, record.documentId, 1, 1, 'outline.json');
    const until = Date.now() + 90_000;
    const spoil = async () => {
      while (Date.now() < until && (await ledger.get(tenant, record.documentId))?.state !== 'failed') {
        await blobs.put(outline, new TextEncoder().encode('{"secret": 1}'));
        await new Promise((wake) => setTimeout(wake, 5));
      }
    };
    await spoil();
    expect(await settled(record)).toMatchObject({
      state: 'failed',
      reason: 'The document could not be processed. Try again.',
    });
  });
});
