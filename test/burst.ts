/** One answer of a burst: its status, its headers and its body, parsed when it is JSON. */
export interface BurstAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export interface Burst {
  readonly answers: readonly BurstAnswer[];
  /** From the first request sent to the last answer read. */
  readonly elapsedMs: number;
  /** How many answers have each status. */
  readonly counts: Readonly<Record<number, number>>;
}

/**
 * Sends `count` questions to a stage at once, each asking for JSON, and reads every answer.
 *
 * @param url the stage's gateway.
 * @param tenant goes into `X-Tenant-Id`; every question is a session of its own.
 * @throws what `fetch` throws: an answer that does not come is a failure of the stage, not a count.
 */
export async function burst(url: string, tenant: string, query: string, count: number): Promise<Burst> {
  const begun = performance.now();
  const answers = await Promise.all(
    Array.from({ length: count }, async (_, n): Promise<BurstAnswer> => {
      const response = await fetch(`${url}/chat`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          'x-tenant-id': tenant,
        },
        body: JSON.stringify({ tenant_id: tenant, user_id: 'u123', session_id: `burst-${n}`, query }),
        signal: AbortSignal.timeout(90_000),
      });
      const text = await response.text();
      const isJson = /json/.test(response.headers.get('content-type') ?? '');
      return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
    }),
  );
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return { answers, elapsedMs: performance.now() - begun, counts };
}
