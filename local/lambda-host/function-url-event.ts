import { clfTime, headersOf, splitTarget, traceId, type WireRequest } from './wire-request.ts';

/**
 * The event that a function URL makes of a request: payload format 2.0
 * (https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html).
 */
export function functionUrlEvent(request: WireRequest) {
  const { path, query } = splitTarget(request.target);
  const headers = joinHeaders(request);
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

/** Lower-cases names; values of a header that comes more than once are joined by a comma, cookies by a semicolon. */
function joinHeaders(request: WireRequest): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [written, value] of headersOf(request)) {
    const name = written.toLowerCase();
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
