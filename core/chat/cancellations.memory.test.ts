import { cancellationsContract } from './cancellations.contract.ts';
import { createMemoryCancellations } from './cancellations.memory.ts';

cancellationsContract('memory', async () => {
  const asked = new Set<string>();
  return { instance: () => createMemoryCancellations(asked), close: async () => {} };
});
