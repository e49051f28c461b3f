import { BrokenCircuitError, ConsecutiveBreaker, circuitBreaker, handleWhen } from 'cockatiel';
import type { ServiceTokenSigner } from '../identity/service-token.ts';
import type { TenantId } from '../tenants/tenant-id.ts';
import { RetrievalUnavailable, type Retriever } from './retriever.ts';
import { type RetrieveRequest, type RetrieveResponse, retrieveResponseSchema } from './schema.ts';

/** A first search after a start also loads the index, on a busy machine for seconds. A dead service is noticed at once. */
const defaultTimeoutMs = 4_000;
/** Failures in a row after which the service is left alone, and for how long. */
const opensAfter = 5;
const halfOpenAfterMs = 2_000;
/** Far above twenty chunks with their sentences. */
const maxAnswerBytes = 4_000_000;

/** The service did not answer at all: only this says something about the service for everybody. */
class NoAnswer extends RetrievalUnavailable {}

/**
 * The RAG service over HTTP. One try within the deadline; after five failures in a row nobody waits for the service
 * for two seconds, then one request tries it again. Only missing answers count as failures: an index that cannot
 * be read is one tenant's trouble and must not close the others' way.
 *
 * @param options.url base URL of the service
 * @param options.timeoutMs deadline of one search, with the token, the body and the wait for another's try; 4,000
 *   unless told
 * @returns rejects with `RetrievalUnavailable`; with the caller's reason when `signal` aborts; and with an `Error`
 *   that says what the service found wrong when it answered 4xx, which is a mistake in the caller
 */
export function createHttpRetriever(options: {
  url: string;
  signer: ServiceTokenSigner;
  timeoutMs?: number;
}): Retriever {
  const address = new URL('v1/retrieve', options.url.endsWith('/') ? options.url : `${options.url}/`);
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  const breaker = circuitBreaker(
    handleWhen((error) => error instanceof NoAnswer),
    { halfOpenAfter: halfOpenAfterMs, breaker: new ConsecutiveBreaker(opensAfter) },
  );

  let lastAnswerMs = 0;

  const attempt = async (tenant: TenantId, request: RetrieveRequest, ends: AbortSignal, left: () => void) => {
    // Its time was spent on waiting for another's try.
    if (ends.aborted) throw tooLate();
    const startedMs = performance.now();
    let answer: { response: Response; text: string };
    try {
      answer = await whileWaiting(ask(tenant, request, ends), ends);
    } catch (cause) {
      // The caller has left: nobody waits for an answer, and the service is not to blame.
      left();
      const why = ends.aborted ? `no answer within ${timeoutMs} ms` : 'no answer';
      // What began before the service last answered says nothing about the service as it is now.
      const Unanswered = startedMs < lastAnswerMs ? RetrievalUnavailable : NoAnswer;
      throw new Unanswered(`The RAG service gave ${why}`, { cause });
    }
    lastAnswerMs = performance.now();
    const { response, text } = answer;
    if (response.status >= 500) throw new RetrievalUnavailable(`The RAG service answered ${response.status}`);
    if (!response.ok) {
      throw new Error(
        `The RAG service rejects the request as wrong: ${response.status} ${text.slice(0, 500)}`,
      );
    }
    return trusted(text, tenant, request);
  };
  const ask = async (tenant: TenantId, request: RetrieveRequest, signal: AbortSignal) => {
    const response = await fetch(address, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await options.signer(tenant, 'rag')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(request),
      redirect: 'error',
      signal,
    });
    return { response, text: await boundedText(response) };
  };
  const tooLate = (cause?: unknown) =>
    new RetrievalUnavailable(`The RAG service gave no answer within ${timeoutMs} ms`, { cause });

  return {
    async retrieve(tenant, request, signal) {
      const left = () => signal?.throwIfAborted();
      left();
      const deadline = AbortSignal.timeout(timeoutMs);
      const ends = signal ? AbortSignal.any([signal, deadline]) : deadline;
      try {
        // The breaker lets others wait while one tries the service again: that is part of their time.
        return await whileWaiting(
          breaker.execute(() => attempt(tenant, request, ends, left)),
          ends,
        );
      } catch (error) {
        left();
        if (error === ends.reason) throw tooLate(error);
        if (!(error instanceof BrokenCircuitError)) throw error;
        throw new RetrievalUnavailable('The RAG service is not asked for a moment', { cause: error });
      }
    },
  };
}

/** The outcome of `work`, or the signal's reason if that comes first. */
async function whileWaiting<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const stop = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** The answer, if it has the promised form and is about this tenant and these routes alone. */
function trusted(text: string, tenant: TenantId, request: RetrieveRequest): RetrieveResponse {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new RetrievalUnavailable('The RAG service answered something that is not JSON', { cause });
  }
  const parsed = retrieveResponseSchema.safeParse(value);
  if (!parsed.success) {
    throw new RetrievalUnavailable('The RAG service answered in another form', { cause: parsed.error });
  }
  const { chunks, evidence, routes } = parsed.data;
  if (chunks.some((chunk) => chunk.tenant_id !== tenant)) {
    throw new RetrievalUnavailable("The RAG service answered with another tenant's chunk");
  }
  const chunkIds = new Set(chunks.map(({ id }) => id));
  const routeIds = new Set(request.routes.map(({ id }) => id));
  if (evidence.some((e) => !chunkIds.has(e.chunk_id)) || routes.some(({ id }) => !routeIds.has(id))) {
    throw new RetrievalUnavailable('The RAG service answered about something that was not asked');
  }
  return parsed.data;
}

async function boundedText(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > maxAnswerBytes) throw new Error(`The answer has more than ${maxAnswerBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
