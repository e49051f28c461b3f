import type { Cancellations } from './cancellations.ts';

/** Wishes to end an answer, within one process: for tests and tools. */
export function createMemoryCancellations(asked = new Set<string>()): Cancellations {
  const nameOf = (...parts: readonly string[]) => JSON.stringify(parts);
  return {
    async ask(tenant, messageId, asker) {
      asked.add(nameOf(tenant, messageId, asker));
    },
    isAsked: async (tenant, messageId, asker) => asked.has(nameOf(tenant, messageId, asker)),
  };
}
