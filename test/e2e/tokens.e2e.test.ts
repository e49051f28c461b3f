import { expect, inject, test } from 'vitest';
import { mintToken } from '../support/mint-token.ts';

const url = inject('stageUrl');

const call = async (token: string, method: string, path: string, body?: unknown, headers = {}) => {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, json: JSON.parse(text) };
};

test('a member asks with a token of the stage, as itself, and may nothing that its role may not', async () => {
  const token = await mintToken('--tenant', 't1', '--role', 'member', '--user', 'ann');
  const answer = await call(token, 'POST', '/chat', { query: 'Hello!' });
  expect(answer).toMatchObject({ status: 200, json: { tenant_id: 't1', finish_reason: 'stop' } });
  expect((await call(token, 'POST', '/chat', { query: 'Hello!', user_id: 'ben' })).status).toBe(403);
  expect((await call(token, 'GET', '/tenant/t1/documents')).status).toBe(200);
  expect((await call(token, 'PUT', '/tenant/t1/config', { tenant_id: 't1' })).status).toBe(403);
});

test('a token of one tenant is worth nothing at another', async () => {
  const token = await mintToken('--tenant', 't2');
  for (const [method, path] of [
    ['GET', '/tenant/t1/config'],
    ['GET', '/tenant/t1/documents'],
  ] as const) {
    const { status, json } = await call(token, method, path);
    expect({ status, type: json.type }).toEqual({ status: 403, type: 'urn:atrium:problem:tenant-mismatch' });
  }
  const asked = await call(token, 'POST', '/chat', { query: 'Hello!', tenant_id: 't1' });
  expect(asked.status).toBe(403);
  const named = await call(token, 'POST', '/chat', { query: 'Hello!' }, { 'x-tenant-id': 't1' });
  expect(named.status).toBe(403);
});

test('a token that was changed lets nobody in, though the header alone would', async () => {
  const token = await mintToken('--tenant', 't1');
  const changed = `${token.slice(0, -6)}${token.endsWith('AAAAAA') ? 'BBBBBB' : 'AAAAAA'}`;
  const { status, json } = await call(changed, 'GET', '/tenant/t1/config', undefined, {
    'x-tenant-id': 't1',
  });
  expect({ status, type: json.type }).toEqual({ status: 401, type: 'urn:atrium:problem:unauthenticated' });
});
