import type { IncomingMessage, ServerResponse } from 'node:http';

/** A part of the stage and whether it answers at the moment. */
export interface PartHealth {
  readonly name: string;
  readonly ok: boolean;
}

/** One question at a time, kept for this long: many may ask for health at once. */
const keepMs = 250;

/** Asks every part; a part that does not answer a 2xx within a second is not well. */
export function createHealth(
  addresses: Readonly<Record<string, string>>,
  own: () => PartHealth[],
): () => Promise<PartHealth[]> {
  let last: { at: number; answer: Promise<PartHealth[]> } | undefined;
  return async () => {
    if (!last || Date.now() - last.at > keepMs) {
      last = { at: Date.now(), answer: Promise.all(Object.entries(addresses).map(ask)) };
    }
    return [...own(), ...(await last.answer)];
  };
}

async function ask([name, url]: [string, string]): Promise<PartHealth> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1_000) });
    await response.arrayBuffer();
    return { name, ok: response.ok };
  } catch {
    return { name, ok: false };
  }
}

/** `GET /healthz`: 200 `{status: "ok", parts}` when all parts are well, 503 otherwise. */
export async function answerHealth(
  request: IncomingMessage,
  response: ServerResponse,
  health: () => Promise<PartHealth[]>,
): Promise<void> {
  request.resume();
  const parts = await health();
  const ok = parts.every((part) => part.ok);
  const body = JSON.stringify({ status: ok ? 'ok' : 'unavailable', parts });
  response.writeHead(ok ? 200 : 503, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    ...(!ok && { 'retry-after': '5' }),
  });
  response.end(body);
}
