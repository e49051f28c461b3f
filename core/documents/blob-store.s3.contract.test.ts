import { afterAll, beforeAll } from 'vitest';
import { type Emulator, startEmulator } from '../../test/support/emulator.ts';
import { createS3 } from '../aws/clients.ts';
import { blobStoreContract } from './blob-store.contract.ts';
import { createS3BlobStore } from './blob-store.s3.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
  Object.assign(process.env, emulator.env);
});
afterAll(() => emulator?.stop());

blobStoreContract(() => {
  const client = createS3();
  return createS3BlobStore(() => client, emulator.bucketName);
});
