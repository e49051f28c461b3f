import type { MiddlewareHandler } from 'hono';

/** Waits until what a request left behind is done; it never fails. */
export type Settled = () => Promise<void>;

const isStream = (response: Response) =>
  response.headers.get('content-type')?.startsWith('text/event-stream') === true;

/**
 * Waits before an answer in one piece is handed over, since a function may be frozen as soon as it is. A stream is handed
 * over when it begins: wrap its events in `settledAfter`.
 */
export function settledBefore(settled: Settled): MiddlewareHandler {
  return async (c, next) => {
    await next();
    if (!isStream(c.res)) await settled();
  };
}

/** The same events, and the waiting after the last of them, before the stream ends. */
export async function* settledAfter<T>(events: AsyncIterable<T>, settled: Settled): AsyncGenerator<T> {
  try {
    yield* events;
  } finally {
    await settled();
  }
}
