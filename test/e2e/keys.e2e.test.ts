import { beforeAll, expect, test } from 'vitest';
import { callStage } from '../support/call-stage.ts';
import { mintToken } from '../support/mint-token.ts';

const hello = { query: 'Hello!' };
/** Of this file alone: what it revokes is nobody else's. */
const tenant = 'taken-back';

beforeAll(async () => {
  const owner = await mintToken('--tenant', tenant);
  const { status } = await callStage(owner, 'PUT', `/tenant/${tenant}/config`, { tenant_id: tenant });
  expect(status).toBe(200);
});

test('a key asks until it is revoked, and is refused with the next request of either plane', async () => {
  const owner = await mintToken('--tenant', tenant);
  const ask = { name: 'web shop', scopes: ['chat', 'config'], expires_in_days: 30 };
  const first = await callStage(owner, 'POST', `/tenant/${tenant}/keys`, ask);
  const second = await callStage(owner, 'POST', `/tenant/${tenant}/keys`, { ...ask, name: 'its successor' });
  expect([first.status, second.status]).toEqual([201, 201]);
  expect(first.json.key).toMatch(new RegExp(`^atr_${tenant}_[a-z0-9]{8}_`));
  for (const { json } of [first, second]) {
    expect(await callStage(json.key, 'POST', '/chat', hello)).toMatchObject({
      status: 200,
      json: { tenant_id: tenant },
    });
    expect((await callStage(json.key, 'GET', `/tenant/${tenant}/config`)).status).toBe(200);
    expect((await callStage(json.key, 'GET', `/tenant/${tenant}/documents`)).status).toBe(403);
    expect((await callStage(json.key, 'GET', '/tenant/t1/config')).status).toBe(403);
  }

  const revoked = await callStage(owner, 'DELETE', `/tenant/${tenant}/keys/${first.json.key_id}`);
  expect(revoked).toMatchObject({ status: 200, json: { key_id: first.json.key_id } });
  expect((await callStage(first.json.key, 'POST', '/chat', hello)).status).toBe(401);
  expect((await callStage(first.json.key, 'GET', `/tenant/${tenant}/config`)).status).toBe(401);
  expect((await callStage(second.json.key, 'POST', '/chat', hello)).status).toBe(200);

  const { json } = await callStage(owner, 'GET', `/tenant/${tenant}/keys`);
  const listed = new Map<string, Record<string, string>>(
    json.keys.map((key: Record<string, string>) => [key.key_id, key]),
  );
  expect(listed.get(first.json.key_id)?.revoked_at).toMatch(/^20/);
  expect(listed.get(second.json.key_id)?.last_used_at).toMatch(/^20/);
  expect(JSON.stringify(json)).not.toContain(second.json.key.slice(-40));
});

test('a token is refused from the next request on after it was revoked, alone or with all older ones', async () => {
  const owner = await mintToken('--tenant', tenant);
  const [one, other] = [await mintToken('--tenant', tenant), await mintToken('--tenant', tenant)];
  const jti = JSON.parse(Buffer.from(one.split('.')[1] ?? '', 'base64url').toString()).jti;
  expect((await callStage(one, 'POST', '/chat', hello)).status).toBe(200);
  expect((await callStage(owner, 'POST', `/tenant/${tenant}/revocations`, { jti })).status).toBe(200);
  expect((await callStage(one, 'POST', '/chat', hello)).status).toBe(401);
  expect((await callStage(one, 'GET', `/tenant/${tenant}/config`)).status).toBe(401);
  expect((await callStage(other, 'POST', '/chat', hello)).status).toBe(200);

  // Tokens of this very second are among the older ones: the time is rounded up.
  const all = await callStage(owner, 'POST', `/tenant/${tenant}/revocations`, {
    issued_before: new Date().toISOString(),
  });
  expect(all.status).toBe(200);
  expect((await callStage(other, 'POST', '/chat', hello)).status).toBe(401);
  expect((await callStage(owner, 'GET', `/tenant/${tenant}/config`)).status).toBe(401);
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  expect(
    (await callStage(await mintToken('--tenant', tenant), 'GET', `/tenant/${tenant}/config`)).status,
  ).toBe(200);
});

test('operators list the tenants, and nobody else does', async () => {
  const operator = await mintToken('--tenant', 't1', '--role', 'operator');
  const { status, json } = await callStage(operator, 'GET', '/tenants');
  expect(status).toBe(200);
  expect(json.tenants.map(({ tenant_id }: { tenant_id: string }) => tenant_id)).toEqual(
    expect.arrayContaining(['t1', 't2', tenant]),
  );
  expect((await callStage(await mintToken('--tenant', 't1'), 'GET', '/tenants')).status).toBe(403);
});
