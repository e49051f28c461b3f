import type { APIGatewayProxyEvent } from 'aws-lambda';
import { clfTime, headersOf, splitTarget, traceId, type WireRequest } from './wire-request.ts';

/** Stands before the path in addresses of a REST API; a function sees it in `requestContext` only. */
const stage = 'local';

/**
 * The event that a REST API makes of a request for a Lambda proxy integration, buffered or streaming
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html), with `*\/*`
 * among its binary media types: every body comes as base64.
 *
 * Headers keep the names that the client wrote; where one comes more than once, `headers` has the last value and
 * `multiValueHeaders` all of them. The path is as it was sent, parameters of the query are decoded.
 */
export function restApiEvent(request: WireRequest): APIGatewayProxyEvent {
  const { path, query } = splitTarget(request.target);
  const headers = forwardedHeaders(request);
  const parameters = grouped([...new URLSearchParams(query)]);
  const hasBody = request.body.length > 0;
  return {
    resource: path === '/' ? '/' : '/{proxy+}',
    path,
    httpMethod: request.method,
    headers: lastOf(headers),
    multiValueHeaders: Object.fromEntries(headers),
    queryStringParameters: parameters.size > 0 ? lastOf(parameters) : null,
    multiValueQueryStringParameters: parameters.size > 0 ? Object.fromEntries(parameters) : null,
    pathParameters: path === '/' ? null : { proxy: path.slice(1) },
    stageVariables: null,
    requestContext: contextOf(request, path, headers),
    body: hasBody ? request.body.toString('base64') : null,
    isBase64Encoded: hasBody,
  };
}

type Values = ReadonlyMap<string, string[]>;

function contextOf(request: WireRequest, path: string, headers: Values) {
  const nobody = {
    accessKey: null,
    accountId: null,
    apiKey: null,
    apiKeyId: null,
    caller: null,
    clientCert: null,
    cognitoAuthenticationProvider: null,
    cognitoAuthenticationType: null,
    cognitoIdentityId: null,
    cognitoIdentityPoolId: null,
    principalOrgId: null,
    user: null,
    userArn: null,
  };
  return {
    accountId: '000000000000',
    apiId: 'local',
    authorizer: undefined,
    domainName: firstOf(headers, 'host') ?? 'localhost',
    domainPrefix: 'local',
    extendedRequestId: request.requestId,
    httpMethod: request.method,
    identity: {
      ...nobody,
      sourceIp: request.sourceIp,
      userAgent: firstOf(headers, 'user-agent') ?? null,
    },
    path: `/${stage}${path}`,
    protocol: `HTTP/${request.httpVersion}`,
    requestId: request.requestId,
    requestTime: clfTime(request.receivedAt),
    requestTimeEpoch: request.receivedAt.getTime(),
    resourceId: 'local',
    resourcePath: path === '/' ? '/' : '/{proxy+}',
    stage,
  };
}

/** The headers of the request, and those that a REST API adds. */
function forwardedHeaders(request: WireRequest): Map<string, string[]> {
  const sent = headersOf(request);
  const replaced = new Set(['x-forwarded-for', 'content-length']);
  const headers = grouped(sent.filter(([name]) => !replaced.has(name.toLowerCase())));
  const through = sent.filter(([name]) => name.toLowerCase() === 'x-forwarded-for').map(([, value]) => value);
  headers.set('X-Forwarded-For', [[...through, request.sourceIp].join(', ')]);
  if (!firstOf(headers, 'x-forwarded-proto')) headers.set('X-Forwarded-Proto', ['https']);
  if (!firstOf(headers, 'x-amzn-trace-id')) headers.set('X-Amzn-Trace-Id', [traceId(request.receivedAt)]);
  return headers;
}

/** All values of each name, names as they were written: one in two spellings stays two. */
function grouped(pairs: readonly (readonly [string, string])[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [name, value] of pairs) found.set(name, [...(found.get(name) ?? []), value]);
  return found;
}

const lastOf = (values: Values): Record<string, string> =>
  Object.fromEntries([...values].map(([name, all]) => [name, all.at(-1) ?? '']));

const firstOf = (values: Values, lowerName: string): string | undefined =>
  [...values].find(([name]) => name.toLowerCase() === lowerName)?.[1][0];
