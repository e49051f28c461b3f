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

/**
 * The event that a function URL makes of a request: payload format 2.0
 * (https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html).
 */
export function functionUrlEvent(request: WireRequest) {
  const { path, query } = splitTarget(request.target);
  const headers = joinHeaders(request.rawHeaders);
  const host = headers.host ?? 'localhost';
  const forwarded = headers['x-forwarded-for'];
  headers['x-forwarded-for'] = forwarded ? `${forwarded}, ${request.sourceIp}` : request.sourceIp;
  headers['x-forwarded-proto'] ??= 'http';
  headers['x-amzn-trace-id'] ??= traceId(request.receivedAt);
  const params = queryParameters(query);
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    ...(headers.cookie && { cookies: headers.cookie.split(/; ?/) }),
    headers,
    ...(params && { queryStringParameters: params }),
    requestContext: {
      accountId: 'anonymous',
      apiId: 'local',
      domainName: host,
      domainPrefix: 'local',
      http: {
        method: request.method,
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: request.requestId,
      routeKey: '$default',
      stage: '$default',
      time: clfTime(request.receivedAt),
      timeEpoch: request.receivedAt.getTime(),
    },
    ...bodyOf(request.body, headers),
  };
}

function splitTarget(target: string): { path: string; query: string } {
  // Proxies send the absolute form (RFC 9112, 3.2.2).
  const local = target.replace(/^https?:\/\/[^/?]*/i, '');
  const at = local.indexOf('?');
  if (at < 0) return { path: local || '/', query: '' };
  return { path: local.slice(0, at) || '/', query: local.slice(at + 1) };
}

/** Lower-cases names; values of a header that comes more than once are joined by a comma, cookies by a semicolon. */
function joinHeaders(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]?.toLowerCase() ?? '';
    const value = raw[i + 1] ?? '';
    if (hopByHop.has(name)) continue;
    const present = Object.hasOwn(headers, name) ? headers[name] : undefined;
    // Defined, not assigned: a header may be called `__proto__`.
    Object.defineProperty(headers, name, {
      value: present === undefined ? value : `${present}${name === 'cookie' ? '; ' : ','}${value}`,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return headers;
}

function queryParameters(query: string): Record<string, string> | undefined {
  if (!query) return undefined;
  const found = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    const present = found.get(name);
    found.set(name, present === undefined ? value : `${present},${value}`);
  }
  return Object.fromEntries(found);
}

const textTypes = /^(text\/|application\/(json|javascript|xml|[a-z0-9.+-]+\+(json|xml))(;|\s|$))/i;

/** Bodies of types that are known to be text go as they are, all others as base64. */
function bodyOf(body: Buffer, headers: Record<string, string>) {
  if (body.length === 0) return { isBase64Encoded: false };
  headers['content-length'] = String(body.length);
  const type = headers['content-type'] ?? '';
  if (textTypes.test(type) && !headers['content-encoding']) {
    const text = body.toString('utf8');
    // Bytes that are no UTF-8 would not come back the same.
    if (Buffer.from(text, 'utf8').equals(body)) return { body: text, isBase64Encoded: false };
  }
  return { body: body.toString('base64'), isBase64Encoded: true };
}

/** `Root=1-<epoch second>-<96 bits>`, as X-Ray writes it. */
function traceId(at: Date): string {
  const second = Math.floor(at.getTime() / 1000).toString(16);
  return `Root=1-${second}-${randomBytes(12).toString('hex')}`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The time as access logs write it: `12/Mar/2026:19:03:58 +0000`. */
function clfTime(at: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${two(at.getUTCDate())}/${months[at.getUTCMonth()]}/${at.getUTCFullYear()}`;
  return `${day}:${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`;
}
