import { beforeEach, describe, expect, test } from 'vitest';
import { createMemoryApiKeyStore } from '../../core/identity/keys/api-key-store.memory.ts';
import { createMemoryRevocationStore } from '../../core/identity/revocations/revocation-store.memory.ts';
import { tenantConfigSchema } from '../../core/tenants/schema.ts';
import { adminParts } from '../../test/support/admin-parts.ts';
import { ask, chatStand, json, t1 } from '../../test/support/chat-stand.ts';
import { issuerOf, signingKey, tokenBy } from '../../test/support/signed-tokens.ts';
import { createAdminApp } from '../admin/app.ts';
import { createStageAuthenticator } from './authenticator-environment.ts';

const mine = signingKey('ES256', 'k1');
const pepper = Buffer.alloc(32, 7);
const nowS = () => Math.floor(Date.now() / 1_000);
const tokenOf = (jti: string, more = {}) =>
  tokenBy(mine, { jti, roles: ['owner'], iat: nowS() - 10, exp: nowS() + 600, ...more });

/** Both planes, twice, as processes that share nothing but what is stored. */
async function setUp() {
  const stand = await chatStand();
  await stand.store.put(t1, tenantConfigSchema.parse({ tenant_id: 't1', rate_limit_per_minute: 500 }), true);
  const [keys, revocations] = [createMemoryApiKeyStore(), createMemoryRevocationStore()];
  let reads = 0;
  const counted = <T extends object>(store: T): T =>
    new Proxy(store, {
      get(target, name, receiver) {
        if (name === 'get') reads++;
        return Reflect.get(target, name, receiver);
      },
    });
  const env = { AUTH_MODES: ['jwt', 'key'] as ('jwt' | 'key')[], AUTH_ISSUERS: [issuerOf([mine])] };
  const stage = () =>
    createStageAuthenticator(env, {
      revocations: counted(revocations),
      keys: { store: counted(keys), pepper },
      log: () => {},
    });
  const authEpochOf = () => keys.authEpochOf(t1) + revocations.authEpochOf(t1);
  const chats = [stage(), stage()].map((each) => stand.chatApp({ ...each, authEpochOf }));
  const admins = [stage(), stage()].map((each) =>
    createAdminApp({ ...adminParts(stand.store), ...each, keys, revocations, pepper }),
  );
  const [admin] = admins;
  if (!admin) throw new Error('no control plane');

  const call = async (app: typeof admin, credential: string, method: string, path: string, body?: object) => {
    const response = await app.request(`/tenant/t1/${path}`, {
      method,
      headers: { authorization: `Bearer ${credential}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, json: await response.json() };
  };
  const chat = async (app: (typeof chats)[number], credential: string) => {
    const headers = { ...json, authorization: `Bearer ${credential}`, 'x-tenant-id': 't1' };
    return (await ask(app, { query: 'oats?' }, headers)).status;
  };
  return {
    manage: (method: string, path: string, body?: object) =>
      call(admin, tokenOf('manager'), method, path, body),
    /** What every process of both planes answers whoever comes with the credential. */
    everywhere: async (credential: string) => [
      ...(await Promise.all(chats.map((app) => chat(app, credential)))),
      ...(await Promise.all(admins.map((app) => call(app, credential, 'GET', 'config')))).map(
        (a) => a.status,
      ),
    ],
    chat: (credential: string) => chats[0] && chat(chats[0], credential),
    reads: () => reads,
  };
}
let stage: Awaited<ReturnType<typeof setUp>>;
beforeEach(async () => {
  stage = await setUp();
});
const letIn = [200, 200, 200, 200];
const turnedAway = [401, 401, 401, 401];

describe('a key', () => {
  const make = async (scopes: readonly string[] = ['chat', 'config']) => {
    const made = await stage.manage('POST', 'keys', { name: 'x', scopes });
    expect(made.status).toBe(201);
    return made.json as { key: string; key_id: string };
  };

  test('opens what its scopes say, until it is revoked: then nothing, in every process, at once', async () => {
    const [{ key, key_id }, other] = [await make(), await make()];
    expect(await stage.everywhere(key)).toEqual(letIn);
    expect((await stage.manage('DELETE', `keys/${key_id}`)).status).toBe(200);
    expect(await stage.everywhere(key)).toEqual(turnedAway);
    expect(await stage.everywhere(other.key)).toEqual(letIn);
    expect(await stage.everywhere((await make(['chat'])).key)).toEqual([200, 200, 403, 403]);
  });

  test('that was good within the last 30 s costs no read before admission', async () => {
    const { key } = await make();
    await stage.chat(key);
    const before = stage.reads();
    for (let n = 0; n < 5; n++) expect(await stage.chat(key)).toBe(200);
    expect(stage.reads()).toBe(before);
  });
});

describe('a token', () => {
  test('is taken until it is revoked by its name, and then in no process', async () => {
    const [token, other] = [tokenOf('j1'), tokenOf('j2')];
    expect(await stage.everywhere(token)).toEqual(letIn);
    expect((await stage.manage('POST', 'revocations', { jti: 'j1' })).status).toBe(200);
    expect(await stage.everywhere(token)).toEqual(turnedAway);
    expect(await stage.everywhere(other)).toEqual(letIn);
  });

  test('is taken until all that were issued before are revoked', async () => {
    const [older, newer] = [tokenOf('j1', { iat: nowS() - 300 }), tokenOf('j2')];
    const issued_before = new Date((nowS() - 100) * 1_000).toISOString();
    expect((await stage.manage('POST', 'revocations', { issued_before })).status).toBe(200);
    expect(await stage.everywhere(older)).toEqual(turnedAway);
    expect(await stage.everywhere(newer)).toEqual(letIn);
  });

  test('costs no read before admission where nothing was ever revoked', async () => {
    for (let n = 0; n < 5; n++) expect(await stage.chat(tokenOf(`j${n}`))).toBe(200);
    expect(stage.reads()).toBe(0);
  });
});
