import { expect, test } from 'vitest';
import { callStage } from '../support/call-stage.ts';
import { mintToken } from '../support/mint-token.ts';

test('a member asks with a token of the stage, as itself, and may nothing that its role may not', async () => {
  const token = await mintToken('--tenant', 't1', '--role', 'member', '--user', 'ann');
  const answer = await callStage(token, 'POST', '/chat', { query: 'Hello!' });
  expect(answer).toMatchObject({ status: 200, json: { tenant_id: 't1', finish_reason: 'stop' } });
  expect((await callStage(token, 'POST', '/chat', { query: 'Hello!', user_id: 'ben' })).status).toBe(403);
  expect((await callStage(token, 'GET', '/tenant/t1/documents')).status).toBe(200);
  expect((await callStage(token, 'PUT', '/tenant/t1/config', { tenant_id: 't1' })).status).toBe(403);
});

test('a token of one tenant is worth nothing at another', async () => {
  const token = await mintToken('--tenant', 't2');
  for (const [method, path] of [
    ['GET', '/tenant/t1/config'],
    ['GET', '/tenant/t1/documents'],
  ] as const) {
    const { status, json } = await callStage(token, method, path);
    expect({ status, type: json.type }).toEqual({ status: 403, type: 'urn:atrium:problem:tenant-mismatch' });
  }
  const asked = await callStage(token, 'POST', '/chat', { query: 'Hello!', tenant_id: 't1' });
  expect(asked.status).toBe(403);
  const named = await callStage(token, 'POST', '/chat', { query: 'Hello!' }, { 'x-tenant-id': 't1' });
  expect(named.status).toBe(403);
});

test('a token that was changed lets nobody in, though the header alone would', async () => {
  const token = await mintToken('--tenant', 't1');
  const changed = `${token.slice(0, -6)}${token.endsWith('AAAAAA') ? 'BBBBBB' : 'AAAAAA'}`;
  const { status, json } = await callStage(changed, 'GET', '/tenant/t1/config', undefined, {
    'x-tenant-id': 't1',
  });
  expect({ status, type: json.type }).toEqual({ status: 401, type: 'urn:atrium:problem:unauthenticated' });
});
