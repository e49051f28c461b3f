import { blobStoreContract } from './blob-store.contract.ts';
import { createMemoryBlobStore } from './blob-store.memory.ts';

blobStoreContract(() => createMemoryBlobStore());
