import { idempotencyStoreContract } from './idempotency-store.contract.ts';
import { createMemoryIdempotencyStore } from './idempotency-store.memory.ts';

idempotencyStoreContract('memory', async () => {
  const store = createMemoryIdempotencyStore();
  return { instance: () => store, close: async () => {} };
});
