import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask, chatStand, json } from '../../test/support/chat-stand.ts';

let stand: Awaited<ReturnType<typeof chatStand>>;
beforeEach(async () => {
  stand = await chatStand();
});

describe('bad input', () => {
  afterEach(() => expect(stand.told).toHaveLength(0));
  const good = { query: 'hi' };
  test.each<[string, unknown, Record<string, string>, number, string, string | undefined]>([
    ['malformed JSON', '{"query":', {}, 400, 'bad-request', ''],
    ['not an object', '[1]', {}, 400, 'bad-request', ''],
    ['invalid UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]), {}, 400, 'bad-request', ''],
    ['an empty body', '', {}, 400, 'bad-request', ''],
    ['a member twice', '{"query":"a","\\u0071uery":"b"}', {}, 400, 'bad-request', '/query'],
    ['a member twice, inside', '{"query":"a","x":{"y":[{"z":1,"z":1}]}}', {}, 400, 'bad-request', '/x/y/0/z'],
    ['__proto__', '{"query":"a","__proto__":{"roles":["owner"]}}', {}, 400, 'bad-request', undefined],
    ['33 levels', `{"query":"a","x":${'['.repeat(33)}${']'.repeat(33)}}`, {}, 400, 'bad-request', undefined],
    ['half a character', '{"query":"\\ud800"}', {}, 400, 'bad-request', '/query'],
    ['no query', {}, {}, 422, 'invalid', '/query'],
    ['a blank query', { query: '  ' }, {}, 422, 'invalid', '/query'],
    ['a query of which one sees nothing', { query: '\u200b\u{e0041}\u202e' }, {}, 422, 'invalid', '/query'],
    ['a query of which one sees too much', { query: 'x'.repeat(8_001) }, {}, 422, 'invalid', '/query'],
    ['a query of the wrong type', { query: 7 }, {}, 422, 'invalid', '/query'],
    ['a locale of the wrong type', { query: 'x', locale: {} }, {}, 422, 'invalid', '/locale'],
    ['a user id of the wrong type', { query: 'x', user_id: 7 }, {}, 422, 'invalid', '/user_id'],
    ['a body over 64 KB', { query: 'x', more: 'y'.repeat(70_000) }, {}, 413, 'too-large', undefined],
    [
      'another content type',
      'query=hi',
      { 'content-type': 'text/plain' },
      415,
      'unsupported-media-type',
      'header:content-type',
    ],
    ['no tenant', good, { 'x-tenant-id': '' }, 401, 'unauthenticated', 'header:x-tenant-id'],
    ['two tenants', good, { 'x-tenant-id': 't1,t2' }, 400, 'tenant-ambiguous', 'header:x-tenant-id'],
    ['a bad tenant id', good, { 'x-tenant-id': 'T 1' }, 400, 'bad-request', 'header:x-tenant-id'],
    ['an unknown tenant', good, { 'x-tenant-id': 'nobody' }, 404, 'not-found', undefined],
    ['another tenant in the body', { ...good, tenant_id: 't2' }, {}, 403, 'tenant-mismatch', '/tenant_id'],
    ['a bad tenant id in the body', { ...good, tenant_id: '../t1' }, {}, 400, 'bad-request', '/tenant_id'],
    ['a form of answer that is not had', good, { accept: 'text/html' }, 406, 'not-acceptable', undefined],
  ])('%s', async (_name, body, headers, status, code, field) => {
    const response = await ask(stand.chatApp(), body, headers);
    const problem = (await response.json()) as { type: string; status: number; errors?: { field: string }[] };
    expect({ status: response.status, type: problem.type }).toEqual({
      status,
      type: `urn:atrium:problem:${code}`,
    });
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    if (field !== undefined) expect(problem.errors?.[0]?.field).toBe(field);
  });

  test('unknown members are ignored on /chat', async () => {
    const extra = { a: 1, constructor: { prototype: { roles: ['owner'] } } };
    const response = await ask(stand.chatApp(), { query: 'oats?', extra }, json);
    expect(response.status).toBe(200);
    stand.told.length = 0;
  });

  test('another method is stand.told which ones there are', async () => {
    const response = await stand.chatApp().request('/chat', { headers: { 'x-tenant-id': 't1' } });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
  });

  test('another address is a problem too', async () => {
    const response = await stand.chatApp().request('/elsewhere');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ type: 'urn:atrium:problem:not-found' });
  });
});
