import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until an address answers with a 2xx, or with whatever `options.accept` takes.
 *
 * @param options.stillWorthIt asked before each try; `false` ends the wait at once.
 * @throws when `timeoutMs` have passed or waiting stopped making sense.
 */
export async function waitForHttp(
  url: string,
  options: {
    timeoutMs: number;
    stillWorthIt?: () => boolean;
    everyMs?: number;
    accept?: (status: number, body: string) => boolean;
  },
): Promise<void> {
  const giveUpAt = Date.now() + options.timeoutMs;
  let last = 'no answer';
  while (Date.now() < giveUpAt) {
    if (options.stillWorthIt?.() === false) throw new Error(`${url}: the process behind it has ended`);
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
      const body = await response.text();
      if (options.accept ? options.accept(response.status, body) : response.ok) return;
      last = `status ${response.status}`;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    await sleep(options.everyMs ?? 100);
  }
  throw new Error(`${url} did not become ready within ${options.timeoutMs} ms (${last})`);
}
