import { randomBytes } from 'node:crypto';

/** Lambda takes this many bytes a request, the event's JSON and base64 included. */
export const maxPayloadBytes = 6 * 1024 * 1024;

/** An HTTP request as it came over the wire. */
export interface WireRequest {
  readonly method: string;
  /** Path and query, undecoded. */
  readonly target: string;
  readonly httpVersion: string;
  /** Names and values in turn, as Node's `rawHeaders`. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly sourceIp: string;
  readonly receivedAt: Date;
  readonly requestId: string;
}

const hopByHop = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Names, as they were written, and values of what goes on to the function, in their order. */
export function headersOf(request: WireRequest): [name: string, value: string][] {
  const headers: [string, string][] = [];
  const raw = request.rawHeaders;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? '';
    if (!hopByHop.has(name.toLowerCase())) headers.push([name, raw[i + 1] ?? '']);
  }
  return headers;
}

/** Path and query of the request, undecoded. */
export function splitTarget(target: string): { path: string; query: string } {
  // Proxies send the absolute form (RFC 9112, 3.2.2).
  const local = target.replace(/^https?:\/\/[^/?]*/i, '');
  const at = local.indexOf('?');
  if (at < 0) return { path: local || '/', query: '' };
  return { path: local.slice(0, at) || '/', query: local.slice(at + 1) };
}

/** `Root=1-<epoch second>-<96 bits>`, as X-Ray writes it. */
export function traceId(at: Date): string {
  const second = Math.floor(at.getTime() / 1000).toString(16);
  return `Root=1-${second}-${randomBytes(12).toString('hex')}`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The time as access logs write it: `12/Mar/2026:19:03:58 +0000`. */
export function clfTime(at: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${two(at.getUTCDate())}/${months[at.getUTCMonth()]}/${at.getUTCFullYear()}`;
  return `${day}:${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`;
}
