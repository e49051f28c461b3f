const encoder = new TextEncoder();
const heartbeat = encoder.encode(': still here\n\n');
/** Proxies close a silent connection; CloudFront does so after 30 s. */
const heartbeatMs = 10_000;

/** One server-sent event (WHATWG HTML, 9.2). JSON has no raw line breaks, so one data line is enough. */
export const sseFrame = (event: string, data: unknown): Uint8Array =>
  encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);

/**
 * A streaming response of events, each sent as it comes, with a comment in long silences.
 *
 * @param onLeave called when the client goes away before the end, where the platform tells.
 */
export function sseResponse(
  events: AsyncIterable<{ event: string; data: unknown }>,
  headers: Record<string, string>,
  onLeave: () => void,
): Response {
  const iterator = events[Symbol.asyncIterator]();
  let beat: NodeJS.Timeout | undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      beat = setInterval(() => controller.enqueue(heartbeat), heartbeatMs);
    },
    async pull(controller) {
      try {
        const next = await iterator.next();
        beat?.refresh();
        if (!next.done) return controller.enqueue(sseFrame(next.value.event, next.value.data));
        clearInterval(beat);
        controller.close();
      } catch (error) {
        clearInterval(beat);
        controller.error(error);
      }
    },
    async cancel() {
      clearInterval(beat);
      onLeave();
      await iterator.return?.();
    },
  });
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      ...headers,
    },
  });
}
