import { ledgerContract } from './ledger.contract.ts';
import { createMemoryLedger } from './ledger.memory.ts';

ledgerContract(() => {
  const ledger = createMemoryLedger();
  return {
    ledger,
    setReady: async (tenant, documentId, version, chunks) => {
      ledger.markReady(tenant, documentId, version, chunks);
    },
  };
});
