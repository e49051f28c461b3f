import { request } from 'node:http';
import { describe, expect, inject, test } from 'vitest';
import { clientOf } from '../support/client.ts';

const url = inject('stageUrl');
const t1 = clientOf(url, 't1');

interface RawAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** A request as bytes on the wire; `fetch` would mend some of these on its way. */
function send(
  method: string,
  path: string,
  headers: Record<string, string | string[]>,
  body?: Uint8Array | string,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const call = request(`${url}${path}`, { method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          type: response.headers['content-type'] ?? '',
          body: Buffer.concat(parts).toString(),
        }),
      );
    });
    call.on('error', reject);
    call.end(body);
  });
}

const json = { 'content-type': 'application/json' };
/** Node frames the body of a GET only when it is told its length. */
const framed = (body: string) => ({ 'content-length': String(body.length) });
const one = { 'x-tenant-id': 't1' };
const chat = '{"query":"Which oats are cheaper?"}';

describe('what is wrong is answered with a problem that names it', () => {
  test.each<[string, Parameters<typeof send>, number, string]>([
    ['malformed JSON', ['POST', '/chat', { ...one, ...json }, '{"query"'], 400, 'bad-request'],
    [
      'invalid UTF-8',
      ['POST', '/chat', { ...one, ...json }, Buffer.from('7b22ff227d', 'hex')],
      400,
      'bad-request',
    ],
    ['a wrong type', ['POST', '/chat', { ...one, ...json }, '{"query":["a"]}'], 422, 'invalid'],
    [
      '65 KB of chat',
      ['POST', '/chat', { ...one, ...json }, JSON.stringify({ query: 'a'.repeat(66_000) })],
      413,
      'too-large',
    ],
    [
      'a repeated header',
      ['POST', '/chat', { 'x-tenant-id': ['t1', 't2'], ...json }, chat],
      400,
      'tenant-ambiguous',
    ],
    [
      'the same header twice',
      ['POST', '/chat', { 'x-tenant-id': ['t1', 't1'], ...json }, chat],
      400,
      'tenant-ambiguous',
    ],
    [
      'another tenant in the body',
      ['POST', '/chat', { ...one, ...json }, '{"query":"a","tenant_id":"t2"}'],
      403,
      'tenant-mismatch',
    ],
    ['another tenant in the path', ['GET', '/tenant/t2/config', one], 403, 'tenant-mismatch'],
    ['a bad tenant id', ['GET', '/tenant/T%20X/config', { 'x-tenant-id': 'T X' }], 400, 'bad-request'],
    ['no tenant', ['POST', '/chat', json, chat], 401, 'unauthenticated'],
    ['an unknown tenant', ['POST', '/chat', { 'x-tenant-id': 'nobody', ...json }, chat], 404, 'not-found'],
    [
      'documents of an unknown tenant',
      ['GET', '/tenant/nobody/documents', { 'x-tenant-id': 'nobody' }],
      404,
      'not-found',
    ],
    [
      'an unknown document',
      ['GET', '/tenant/t1/documents/doc_00000000000000000000000000', one],
      404,
      'not-found',
    ],
    ['a wrong method', ['PUT', '/chat', { ...one, ...json }, chat], 405, 'method-not-allowed'],
    ['an unknown address', ['GET', '/nowhere', one], 404, 'not-found'],
    [
      'a GET with a body',
      ['GET', '/chat', { ...one, ...json, ...framed(chat) }, chat],
      405,
      'method-not-allowed',
    ],
    ['a method that no address takes', ['TRACE', '/chat', one], 405, 'method-not-allowed'],
    [
      'a GET with a body under a tenant',
      ['GET', '/tenant/t2/config', { ...one, ...json, ...framed('{}') }, '{}'],
      403,
      'tenant-mismatch',
    ],
    [
      'a malformed tenant id in a configuration',
      ['PUT', '/tenant/t1/config', { ...one, ...json }, '{"tenant_id":"T 1"}'],
      400,
      'bad-request',
    ],
    [
      'a configuration with an unknown field',
      ['PUT', '/tenant/t1/config', { ...one, ...json }, '{"tenant_id":"t1","colour":1}'],
      422,
      'invalid',
    ],
    [
      'an upload that is not a form',
      ['POST', '/tenant/t1/documents', { ...one, ...json }, '{}'],
      415,
      'unsupported-media-type',
    ],
  ])('%s', async (_name, call, status, code) => {
    const answer = await send(...call);
    expect({ status: answer.status, type: JSON.parse(answer.body).type }).toEqual({
      status,
      type: `urn:atrium:problem:${code}`,
    });
    expect(answer.type).toContain('application/problem+json');
  });

  test('a file over 4 MB is a problem and nothing is written', async () => {
    const before = await t1.documents();
    const form = new FormData();
    form.set('file', new Blob([new Uint8Array(4 * 1024 * 1024 + 1).fill(97)]), 'large.txt');
    const response = await fetch(`${url}/tenant/t1/documents`, { method: 'POST', headers: one, body: form });
    expect(response.status).toBe(413);
    expect(await t1.documents()).toEqual(before);
  });

  test('a form without a file is a problem and nothing is written', async () => {
    const before = await t1.documents();
    const form = new FormData();
    form.set('groups', 'board');
    const response = await fetch(`${url}/tenant/t1/documents`, { method: 'POST', headers: one, body: form });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ errors: [{ field: 'form:file' }] });
    expect(await t1.documents()).toEqual(before);
  });
});

test('the documented configuration is accepted as it is, and read back', async () => {
  const config = {
    tenant_id: 't9',
    blocked_tools: ['mcp_finance'],
    sensitive_prompt_patterns: ['password', 'credit card'],
    refusal_rules: [{ type: 'contains', pattern: 'hack', reason: 'Security violation' }],
    rate_limit_per_minute: 60,
    rate_limit_per_hour: 1000,
    allowed_routes: ['PRICE_COMPARE', 'DIET_NUTRITION'],
  };
  const t9 = clientOf(url, 't9');
  expect((await t9.putConfig(config)).status).toBe(200);
  const read = await fetch(`${url}/tenant/t9/config`, { headers: { 'x-tenant-id': 't9' } });
  expect(await read.json()).toEqual(config);
});
