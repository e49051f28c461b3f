import { describe, expect, test } from 'vitest';
import { createJwtVerifier } from '../../core/identity/jwt/verify-jwt.ts';
import {
  createKnownRevocations,
  type KnownRevocations,
} from '../../core/identity/revocations/known-revocations.ts';
import { createMemoryRevocationStore } from '../../core/identity/revocations/revocation-store.memory.ts';
import { Problem } from '../../core/problems/problem.ts';
import { vouchForTenant } from '../../core/tenants/tenant-id.ts';
import { clockS, issuerOf, signingKey, tokenBy } from '../../test/support/signed-tokens.ts';
import { callerFromToken } from './caller-from-token.ts';

const [t1, t2] = [vouchForTenant('t1'), vouchForTenant('t2')];
const key = signingKey('ES256', 'e');
const tokens = createJwtVerifier({
  issuers: [issuerOf([key])],
  now: () => clockS * 1_000,
  fetch: async () => {
    throw new Error('nothing may be fetched');
  },
});
const issuedAtS = clockS - 10;

function setUp() {
  const store = createMemoryRevocationStore();
  const state = { reads: 0, away: false };
  const revocations: KnownRevocations = createKnownRevocations({
    store: {
      async get(tenant) {
        state.reads++;
        if (state.away) throw new Error('away');
        return store.get(tenant);
      },
    },
  });
  const ask = (changed: Readonly<Record<string, unknown>> = {}) =>
    callerFromToken(tokens, revocations, `Bearer ${tokenBy(key, changed)}`);
  const denialOf = async (asked: Promise<unknown>): Promise<Problem> => {
    const error = await asked.then(
      () => new Error('it was let in'),
      (thrown: unknown) => thrown,
    );
    if (error instanceof Problem) return error;
    throw error;
  };
  return { store, state, revocations, ask, denialOf };
}

describe('a token', () => {
  test('is a caller with the actions of its roles, without any read', async () => {
    const { ask, state } = setUp();
    expect(
      await ask({ roles: ['member', 'unheard-of', 'operator'], groups: ['hr'], scope: 'delegate' }),
    ).toEqual({
      tenant: 't1',
      mode: 'jwt',
      subject: 'user-1',
      roles: ['member'],
      actions: ['chat', 'documents:read'],
      scopes: ['delegate'],
      groups: ['hr'],
      proof: expect.anything(),
    });
    expect(state.reads).toBe(0);
  });

  test('that is known to be revoked is told what every bad token is, and nobody is asked', async () => {
    const { ask, store, state, revocations, denialOf } = setUp();
    await store.revokeToken(t1, 'token-1', 0);
    expect(await ask()).toMatchObject({ tenant: 't1' }); // not known yet
    await revocations.at(t1, 1);
    const bad = await denialOf(ask({ exp: clockS - 600 }));
    const denied = await denialOf(ask());
    expect(denied.body()).toEqual(bad.body());
    expect(denied.headers).toEqual(bad.headers);
    expect(denied.body()).toEqual({
      type: 'urn:atrium:problem:unauthenticated',
      title: 'The request does not say who asks',
      status: 401,
      detail: 'The credential does not prove who asks.',
      errors: [{ field: 'header:authorization', reason: 'is not valid' }],
    });
    expect(denied.headers).toEqual({ 'www-authenticate': 'Bearer error="invalid_token"' });
    expect(denied.cause).toMatchObject({ reason: 'revoked' });
    expect(state.reads).toBe(1);
  });

  test('goes on when another token, or the same name in another tenant, was revoked', async () => {
    const { ask, store, revocations } = setUp();
    await store.revokeToken(t1, 'token-1', 0);
    await store.revokeIssuedBefore(t2, issuedAtS, 0);
    for (const tenant of [t1, t2]) await revocations.now(tenant);
    expect(await ask({ jti: 'token-2' })).toMatchObject({ tenant: 't1' });
    expect(await ask({ jti: undefined })).toMatchObject({ tenant: 't1' });
    expect(await ask({ tenant_id: 't2' })).toMatchObject({ tenant: 't2' });
  });

  test('without a name can be revoked by when it was issued', async () => {
    const { ask, store, revocations, denialOf } = setUp();
    await store.revokeIssuedBefore(t1, issuedAtS + 1, 0);
    await revocations.now(t1);
    expect((await denialOf(ask({ jti: undefined }))).code).toBe('unauthenticated');
    expect(await ask({ iat: issuedAtS + 1 })).toMatchObject({ tenant: 't1' });
  });
});

describe('the proof of a token', () => {
  test('holds at epoch 0 without a read, and at one that is news by what the store says', async () => {
    const { ask, store, state } = setUp();
    const { proof } = await ask();
    expect(await proof.holdsAt(0)).toBe(true);
    expect(state.reads).toBe(0);
    await store.revokeToken(t1, 'another', 0);
    expect(await proof.holdsAt(1)).toBe(true);
    await store.revokeToken(t1, 'token-1', 0);
    expect(await proof.holdsAt(1)).toBe(true);
    expect(state.reads).toBe(1);
    expect(await proof.holdsAt(2)).toBe(false);
    expect(state.reads).toBe(2);
  });

  test('holds now by a read of its own each time', async () => {
    const { ask, store, state } = setUp();
    const { proof } = await ask();
    expect(await proof.holdsNow()).toBe(true);
    await store.revokeIssuedBefore(t1, issuedAtS + 1, 0);
    expect(await proof.holdsNow()).toBe(false);
    expect(state.reads).toBe(2);
  });

  test('is asked of its own tenant', async () => {
    const { ask, store } = setUp();
    await store.revokeToken(t1, 'token-1', 0);
    const { proof } = await ask({ tenant_id: 't2' });
    expect(await proof.holdsNow()).toBe(true);
    expect(await proof.holdsAt(1)).toBe(true);
  });

  test('is an error and not a yes while the store is away', async () => {
    const { ask, state } = setUp();
    const { proof } = await ask();
    state.away = true;
    await expect(proof.holdsAt(1)).rejects.toThrow('away');
    await expect(proof.holdsNow()).rejects.toThrow('away');
  });
});
