import { resolve } from 'node:path';
import { createTenantBuckets } from '../../core/aws/tenant-buckets.ts';
import { createTenantTables } from '../../core/aws/tenant-tables.ts';
import { acceptUpload } from '../../core/documents/accept-upload.ts';
import { createS3BlobStore } from '../../core/documents/blob-store.s3.ts';
import type { BlobStore } from '../../core/documents/blob-store.ts';
import type { DocumentRecord } from '../../core/documents/document.ts';
import { createDynamoLedger } from '../../core/documents/ledger.dynamo.ts';
import type { DocumentLedger } from '../../core/documents/ledger.ts';
import { plainTenantCredentials } from '../../core/tenants/tenant-credentials.plain.ts';
import type { TenantId } from '../../core/tenants/tenant-id.ts';
import { startEmulator } from './emulator.ts';

export interface EmulatedIngestion {
  readonly ledger: DocumentLedger;
  readonly blobs: BlobStore;
  /** Registers a text and stores its original, which starts its ingestion. */
  upload(text: string, filename?: string): Promise<DocumentRecord>;
  stop(): Promise<void>;
}

const model = (name: string) => resolve(import.meta.dirname, '../../.cache/models', name);

/** Everything that ingests on emulated AWS, with the real model; this process's AWS clients are pointed at it. */
export async function startEmulatedIngestion(tenant: TenantId): Promise<EmulatedIngestion> {
  const emulator = await startEmulator({
    everything: {
      EMBEDDER_MODEL_PATH: process.env.EMBEDDER_MODEL_PATH ?? model('bge-small-en-v1.5-q.onnx'),
      EMBEDDER_TOKENIZER_PATH:
        process.env.EMBEDDER_TOKENIZER_PATH ?? model('bge-small-en-v1.5-tokenizer.json'),
      AUTH_MODES: 'header',
      // Of functions that these tests do not reach.
      RAG_SERVICE_URL: 'http://127.0.0.1:9',
      VLLM_SERVICE_URL: 'http://127.0.0.1:9',
    },
  });
  Object.assign(process.env, emulator.env);
  const ledger = createDynamoLedger(createTenantTables(plainTenantCredentials), emulator.tableName);
  const blobs = createS3BlobStore(createTenantBuckets(plainTenantCredentials), emulator.bucketName);
  return {
    ledger,
    blobs,
    async upload(text, filename = 'a.txt') {
      const file = { bytes: new TextEncoder().encode(text), filename, mediaType: 'text/plain' };
      const result = await acceptUpload({ ledger, blobs }, tenant, file);
      if (!result.accepted) throw new Error(result.why);
      return result.record;
    },
    stop: () => emulator.stop(),
  };
}
