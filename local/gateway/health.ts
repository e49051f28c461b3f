import type { IncomingMessage, ServerResponse } from 'node:http';
import { Problem } from '../../core/problems/problem.ts';
import { answerProblem } from '../lambda-host/answer.ts';

/** A part of the stage and whether it answers at the moment. */
export interface PartHealth {
  readonly name: string;
  readonly ok: boolean;
  /** Somebody else's: shown, and without a say in whether the stage is well. */
  readonly external?: true;
}

/** Where a part tells how it is. */
export interface HealthAddress {
  readonly url: string;
  readonly external?: true | undefined;
}

/** One question at a time, kept for this long: many may ask for health at once. */
const keepMs = 250;

/**
 * Asks every part; a part that does not answer a 2xx within a second is not well. An external engine may want a key or
 * have no such address: it is up when it answers anything below 500.
 */
export function createHealth(
  addresses: Readonly<Record<string, HealthAddress>>,
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

async function ask([name, { url, external }]: [string, HealthAddress]): Promise<PartHealth> {
  const known = { name, ...(external && { external }) };
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1_000) });
    await response.arrayBuffer();
    return { ...known, ok: external ? response.status < 500 : response.ok };
  } catch {
    return { ...known, ok: false };
  }
}

const allow = 'GET, HEAD';

/** `GET /healthz`: 200 `{status: "ok", parts}` when all parts of the stage itself are well, 503 otherwise. */
export async function answerHealth(
  request: IncomingMessage,
  response: ServerResponse,
  health: () => Promise<PartHealth[]>,
): Promise<void> {
  request.resume();
  if (!allow.split(', ').includes(request.method ?? '')) {
    const problem = new Problem('method-not-allowed', `This address takes ${allow}.`, { headers: { allow } });
    return answerProblem(response, problem);
  }
  const parts = await health();
  const ok = parts.every((part) => part.ok || part.external);
  const body = JSON.stringify({ status: ok ? 'ok' : 'unavailable', parts });
  response.writeHead(ok ? 200 : 503, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    ...(!ok && { 'retry-after': '5' }),
  });
  response.end(body);
}
