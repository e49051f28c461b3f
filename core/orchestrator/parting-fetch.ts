import {
  type ClientRequest,
  Agent as HttpAgent,
  type IncomingMessage,
  request as requestHttp,
} from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';

/** How long the other end may take to close its half. */
const partsWithinMs = 500;
/** Statuses of answers that have no body (WHATWG Fetch, 2.2.3). */
const bodyless: ReadonlySet<number> = new Set([204, 205, 304]);
const httpAgent = new HttpAgent({ keepAlive: true });
const httpsAgent = new HttpsAgent({ keepAlive: true });

/**
 * A `fetch` whose abort loses nothing that was sent: it says that nothing more is wanted by closing its half of the
 * connection (RFC 9293, 3.6), and reads what is on its way until the other end closes too, for half a second at the most.
 * `fetch` itself throws that away, although whoever counts what it has sent counts it.
 *
 * An abort ends the body of a response as if it had been all; before the response it rejects with the signal's reason.
 * Bodies to send are text; redirects are not followed.
 */
export async function partingFetch(input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
  const url = new URL(input instanceof Request ? input.url : input);
  const { signal, body: text } = init;
  signal?.throwIfAborted();
  if (text !== undefined && text !== null && typeof text !== 'string')
    throw new TypeError('a body is text here');
  const secure = url.protocol === 'https:';
  const sent = (secure ? requestHttps : requestHttp)(url, {
    method: init.method ?? 'GET',
    headers: Object.fromEntries(new Headers(init.headers)),
    agent: secure ? httpsAgent : httpAgent,
  });
  const part = () => leave(sent);
  signal?.addEventListener('abort', part, { once: true });
  sent.once('close', () => signal?.removeEventListener('abort', part));
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve);
    sent.on('error', (cause) =>
      reject(signal?.aborted ? signal.reason : new TypeError('fetch failed', { cause })),
    );
  });
  sent.end(text ?? undefined);
  const answer = await answered;
  const status = answer.statusCode ?? 502;
  const body = bodyless.has(status) ? null : bodyOf(answer, signal);
  if (!body) answer.resume();
  return new Response(body, { status, headers: headersOf(answer) });
}

/** A connection that is not there yet has carried nothing. */
function leave(sent: ClientRequest): void {
  const { socket } = sent;
  if (!socket || socket.connecting) {
    sent.destroy();
    return;
  }
  const late = setTimeout(() => sent.destroy(), partsWithinMs);
  sent.once('close', () => clearTimeout(late));
  socket.end();
}

/** Bytes are taken as they come: what has arrived is not lost when the connection breaks afterwards. */
function bodyOf(answer: IncomingMessage, signal: AbortSignal | null | undefined): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      answer.on('data', (bytes: Buffer) => controller.enqueue(new Uint8Array(bytes)));
      answer.on('error', () => {}); // it is closed as well
      answer.once('close', () => {
        try {
          if (answer.complete || signal?.aborted) controller.close();
          else controller.error(new TypeError('terminated'));
        } catch {
          // Its reader has left.
        }
      });
    },
    cancel: () => void answer.destroy(),
  });
}

function headersOf({ headersDistinct }: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  return headers;
}
