import fc from 'fast-check';

/** A request made at random; the app or the stage that it goes to is for the test to choose by `address`. */
export interface HostileRequest {
  /** `<method> <path>` of the route around which it was made. */
  readonly address: string;
  readonly method: string;
  /** With its query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

const anyText = fc.string({ unit: 'binary', maxLength: 60 });
/** What a header can carry at all; anything else never reaches an app. */
const headerText = fc
  .array(
    fc.integer({ min: 0x20, max: 0xff }).filter((code) => code !== 0x7f),
    { maxLength: 80 },
  )
  .map((codes) => String.fromCharCode(...codes).trim());
const oddTexts = fc.constantFrom(
  ...[
    '',
    ' ',
    ',',
    't1,t2',
    'T1',
    't1 ',
    '../t1',
    't1%00',
    '__proto__',
    'constructor',
    'null',
    '0',
    '-1',
    '1e999',
  ],
  ...['TENANT#t1', '{}', '[]', '*', "'", '"', '\\', '%2e%2e', 'ａ', 't1\t', 'a'.repeat(9_000)],
);

/** A credential, whole or hurt: cut, doubled, with a byte changed, in another scheme. */
const hurtCredential = (whole: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom(...whole).chain((text) =>
      fc.oneof(
        { weight: 3, arbitrary: fc.constant(`Bearer ${text}`) },
        fc.nat(text.length).map((n) => `Bearer ${text.slice(0, n)}`),
        fc
          .tuple(fc.nat(text.length - 1), fc.constantFrom('A', 'z', '0', '.', '_', '=', ' ', ','))
          .map(([n, char]) => `Bearer ${text.slice(0, n)}${char}${text.slice(n + 1)}`),
        fc.constantFrom(
          `bearer ${text}`,
          `Bearer  ${text}`,
          `Bearer ${text}, Bearer ${text}`,
          `Basic ${text}`,
          text,
        ),
        headerText.map((more) => `Bearer ${text}${more}`),
      ),
    ),
    fc
      .tuple(anyJson(), anyJson(), headerText)
      .map(([head, payload, rest]) => `Bearer ${b64(head)}.${b64(payload)}.${b64(rest)}`),
    headerText.map((text) => `Bearer atr_t1_${text}`),
    headerText,
  );

/** Headers that the door lets by, so that what comes after it is tried as well. */
const goodHeaders = ([token = '', key = '']: readonly string[]) =>
  fc.constantFrom<Record<string, string>>(
    { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    { authorization: `Bearer ${key}`, 'content-type': 'application/json', accept: 'application/json' },
    { 'x-tenant-id': 't1', 'content-type': 'application/json' },
    { 'x-tenant-id': 't1', 'content-type': 'multipart/form-data; boundary=b' },
  );
const oddHeaders = (whole: readonly string[]): fc.Arbitrary<Record<string, string>> =>
  fc.record(
    {
      authorization: hurtCredential(whole),
      'x-tenant-id': fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom('t1', 't1', 't2') },
        oddTexts.filter((text) => /^[\x20-\x7e]*$/.test(text)),
        headerText,
      ),
      'content-type': fc.oneof(
        { weight: 4, arbitrary: fc.constant('application/json') },
        fc.constantFrom(
          'application/json; charset=utf-16',
          'text/plain',
          'multipart/form-data',
          'multipart/form-data; boundary=b',
        ),
        headerText,
      ),
      accept: fc.oneof(
        fc.constantFrom('application/json', 'text/event-stream', '*/*', '*', 'q=;;', ''),
        headerText,
      ),
      'content-encoding': fc.constantFrom('gzip', 'identity', 'br, br'),
      'content-length': fc.constantFrom('0', '-1', '99999999999', 'x'),
      origin: fc.oneof(fc.constantFrom('null', 'https://evil.example'), headerText),
      'x-forwarded-for': headerText,
      'x-atrium-viewer': headerText,
      'x-atrium-origin': headerText,
      range: headerText,
      expect: fc.constant('100-continue'),
    },
    { requiredKeys: [] },
  );
function anyJson(): fc.Arbitrary<unknown> {
  const names = fc.oneof(
    anyText,
    fc.constantFrom(
      'alg',
      'kid',
      'typ',
      'iss',
      'aud',
      'sub',
      'exp',
      'iat',
      'tenant_id',
      'roles',
      'query',
      'user_id',
    ),
    fc.constantFrom(
      '__proto__',
      'constructor',
      'toString',
      'name',
      'scopes',
      'groups',
      'jti',
      'issued_before',
    ),
    fc.constantFrom(
      'refusal_rules',
      'config',
      'queries',
      'since',
      'route_roles',
      'tool_roles',
      'rate_limit_per_minute',
      'expires_in_days',
      'locale',
    ),
  );
  const values = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    anyText,
    fc.constantFrom<unknown>(
      't1',
      't2',
      'EdDSA',
      'none',
      'https://issuer.example',
      'atrium',
      1e308,
      -0,
      [['chat']],
      'chat',
    ),
  );
  return fc.dictionary(names, values, { maxKeys: 8 });
}

/** A body that a plane takes, with some of its members put out of shape. */
const nearlyGood = fc
  .tuple(
    fc.constantFrom<Record<string, unknown>>(
      { query: 'What do oats cost?', tenant_id: 't1', user_id: 'u', session_id: 's', locale: 'en-US' },
      {
        tenant_id: 't1',
        refusal_rules: [{ type: 'contains', pattern: 'x', reason: 'y' }],
        rate_limit_per_minute: 1_000_000,
      },
      {
        tenant_id: 't1',
        routes: [{ id: 'A', description: 'a', examples: ['b'] }],
        route_roles: { A: ['owner'] },
      },
      { name: 'n', scopes: ['chat'], expires_in_days: 1, groups: ['staff'] },
      { jti: 'one' },
      { issued_before: '2020-01-01T00:00:00Z' },
      { groups: ['staff'] },
      { config: { tenant_id: 't1' }, queries: ['What do oats cost?'], since: Date.now() - 60_000 },
      {
        config: { tenant_id: 't1', refusal_rules: [{ type: 'regex', pattern: 'o+ats?', reason: 'y' }] },
        queries: ['oats', '\u200b\u0301 a'],
      },
    ),
    anyJson(),
  )
  .map(([good, more]) => ({ ...good, ...(Object.keys(more as object).length > 3 ? (more as object) : {}) }));

const body = fc.oneof(
  { weight: 6, arbitrary: nearlyGood.map((value) => JSON.stringify(value)) },
  anyJson().map((value) => JSON.stringify(value)),
  fc.uint8Array({ maxLength: 300 }),
  fc.nat(400).map((n) => `${'['.repeat(n)}${']'.repeat(n)}`),
  fc.nat(400).map((n) => `{"query":"${'\\ud83d'.repeat(n % 7)}${'a'.repeat(n)}"}`),
  fc.constantFrom(
    '',
    '{"query":"a","query":"b"}',
    '{"__proto__":{"query":"a"}}',
    '﻿{"query":"a"}',
    '{"query":"\\u0000"}',
  ),
  anyText.map(
    (text) => `--b\r\ncontent-disposition: form-data; name="file"; filename="${text}"\r\n\r\nx\r\n--b--\r\n`,
  ),
);

const pathPart = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom('t1', 't1', 't2', `doc_${'0'.repeat(26)}`, '00000000'),
  },
  oddTexts.map(encodeURIComponent),
  fc.string({ maxLength: 20 }).map(encodeURIComponent),
  fc.constantFrom('%', '%E0%A4%A', '%00', '..', '.', '%2F', '%ff'),
);
const query = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  fc.constantFrom(
    '?limit=0',
    '?limit=1e3',
    '?cursor=%00',
    '?cursor=AAAA',
    '?limit=5&limit=6',
    '?version=-1',
    '?__proto__=1',
  ),
  fc.string({ maxLength: 30 }).map((text) => `?cursor=${encodeURIComponent(text)}`),
);

const b64 = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/**
 * Requests that no client sends on purpose, around what the product takes: half of them pass the door, so that what comes
 * after it is tried as well.
 *
 * @param of.addresses the product's routes, as `<method> <path>`.
 * @param of.credentials a token and a key of the tenant, whole; they are also hurt.
 */
export const hostileRequests = (of: {
  readonly addresses: readonly string[];
  readonly credentials: readonly string[];
  /** In whose place t1 stands. */
  readonly tenant?: string;
}): fc.Arbitrary<HostileRequest> =>
  fc
    .constantFrom(...of.addresses)
    .chain((address) => {
      const [own = '', path = ''] = address.split(' ');
      return fc.record({
        address: fc.constant(address),
        method: fc.oneof(
          { weight: 6, arbitrary: fc.constant(own) },
          fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'),
        ),
        target: fc
          .tuple(fc.oneof({ weight: 5, arbitrary: fc.constant('t1') }, pathPart), pathPart, query)
          .map(([first, second, rest]) => {
            const parts = [first, second];
            return path.replace(/:\w+/g, () => parts.shift() ?? 'x') + rest;
          }),
        headers: fc.oneof(
          { weight: 3, arbitrary: goodHeaders(of.credentials) },
          { weight: 2, arbitrary: oddHeaders(of.credentials) },
        ),
        body,
      });
    })
    .map((request) => inPlaceOf(of.tenant ?? 't1', request));

/** The same request with another tenant where it names t1; what a credential holds stays. */
function inPlaceOf(tenant: string, request: HostileRequest): HostileRequest {
  const { target, headers, body } = request;
  const renamed = (text: string) => text.replace(/\bt1\b/g, tenant);
  return {
    ...request,
    target: renamed(target),
    headers:
      'x-tenant-id' in headers
        ? { ...headers, 'x-tenant-id': renamed(headers['x-tenant-id'] ?? '') }
        : headers,
    body: typeof body === 'string' ? renamed(body) : body,
  };
}
