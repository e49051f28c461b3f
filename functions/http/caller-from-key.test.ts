import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { newApiKeyText } from '../../core/identity/keys/api-key-text.ts';
import { unproven } from '../../core/identity/unproven.ts';
import { Problem } from '../../core/problems/problem.ts';
import { vouchForTenant } from '../../core/tenants/tenant-id.ts';
import { guessedKey, openKeys } from '../../test/support/open-keys.ts';
import { createApp } from './app.ts';
import { callerFromKey } from './caller-from-key.ts';

const t1 = vouchForTenant('t1');

function setUp(more: Parameters<typeof openKeys>[0] = {}) {
  const opened = openKeys(more);
  return { ...opened, ask: (text: string) => callerFromKey(opened.keys, text, () => opened.clock.ms) };
}
const problemOf = async (asked: Promise<unknown>): Promise<Problem> => {
  const error = await asked.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Problem) return error;
  throw error ?? new Error('it was let in');
};
const causeOf = ({ cause }: Problem) => (cause instanceof Error ? cause.message : cause);

describe('an API key', () => {
  test('is a caller with the actions of its scopes, with its groups and without a role', async () => {
    const { ask, clock, newKey } = setUp();
    const { text, id } = await newKey(t1, {
      scopes: ['documents', 'delegate'],
      groups: ['hr', 'law'],
      expiresInMs: 1_000,
    });
    expect(await ask(text)).toEqual({
      tenant: 't1',
      mode: 'key',
      subject: `key:${id}`,
      roles: [],
      actions: ['documents:read', 'documents:write'],
      scopes: ['documents', 'delegate'],
      groups: ['hr', 'law'],
      keyEndsAtMs: clock.ms + 1_000,
      proof: expect.anything(),
    });
  });

  test('that proves nothing is denied as a bad token is, and the log learns why, not which', async () => {
    const { ask, memory, clock, newKey } = setUp();
    const [revoked, expired, other] = [await newKey(), await newKey(t1, { expiresInMs: 1 }), await newKey()];
    await memory.revoke(t1, revoked.id, clock.ms);
    clock.ms += 1;
    const wrong = newApiKeyText(t1, other.id, randomBytes);
    for (const [text, reason] of [
      ['atr_t1_x', 'key rejected: malformed'],
      [guessedKey(t1), 'key rejected: unknown'],
      [wrong, 'key rejected: wrong'],
      [expired.text, 'key rejected: expired'],
      [revoked.text, 'key rejected: revoked'],
    ] as const) {
      const problem = await problemOf(ask(text));
      expect(problem.body()).toEqual(unproven().body());
      expect(problem.headers).toEqual(unproven().headers);
      expect(causeOf(problem)).toBe(reason);
    }
  });

  test('that cannot be looked up is 503 and nobody is let in, and no log holds the key', async () => {
    const { ask, trouble, newKey } = setUp();
    const { text } = await newKey();
    trouble.error = new Error('the table does not answer');
    const problem = await problemOf(ask(text));
    expect([problem.code, problem.cause]).toEqual(['unavailable', trouble.error]);
    const logged: unknown[] = [];
    const app = createApp({ log: (...entry) => logged.push(entry) });
    app.get('/', async (c) => c.json(await ask(text)));
    expect((await app.request('/')).status).toBe(503);
    expect(logged).toEqual([['request failed', trouble.error]]);
    expect(JSON.stringify(logged)).not.toContain(text);
  });

  test('among too many guesses is 429, not 401, as it may be good, nor 503: guesses are no fault of ours to log', async () => {
    const { ask, newKey } = setUp({ cache: { missesPerTenant: 1 } });
    const { text } = await newKey();
    await problemOf(ask(guessedKey(t1)));
    const problem = await problemOf(ask(text));
    expect([problem.code, causeOf(problem)]).toEqual(['too-many-attempts', 'key rejected: busy']);
    expect(problem.body().errors).toEqual([{ field: 'header:authorization', reason: 'try again in 5 s' }]);
  });
});

describe('its proof', () => {
  test('holds without a read at epoch 0 and at one that is no news, and asks at one that is', async () => {
    const { ask, asked, newKey } = setUp();
    const { text } = await newKey();
    for (const [epoch, reads] of [
      [0, 1],
      [3, 2],
      [3, 2],
      [4, 3],
    ] as const) {
      expect(await (await ask(text)).proof.holdsAt(epoch)).toBe(true);
      expect(asked).toHaveLength(reads);
    }
  });

  test('no longer holds as soon as an epoch tells of the revocation', async () => {
    const { ask, memory, clock, newKey } = setUp();
    const { text, id } = await newKey();
    const { proof } = await ask(text);
    await memory.revoke(t1, id, clock.ms);
    expect(await proof.holdsAt(0)).toBe(true);
    expect(await proof.holdsAt(memory.authEpochOf(t1))).toBe(false);
    expect(await proof.holdsAt(0)).toBe(false);
  });

  test('holds now without another read when the key was read for this request, else after one', async () => {
    const { ask, clock, asked, newKey } = setUp();
    const { text } = await newKey();
    expect(await (await ask(text)).proof.holdsNow()).toBe(true);
    expect(asked).toHaveLength(1);
    clock.ms += 1;
    const { proof } = await ask(text);
    expect(asked).toHaveLength(1);
    expect(await proof.holdsNow()).toBe(true);
    expect(await proof.holdsNow()).toBe(true);
    expect(asked).toHaveLength(2);
  });

  test('does not hold now when the key was revoked before this request', async () => {
    const { ask, memory, clock, newKey } = setUp();
    const { text, id } = await newKey();
    await ask(text);
    clock.ms += 1;
    await memory.revoke(t1, id, clock.ms);
    const { proof } = await ask(text);
    expect(await proof.holdsNow()).toBe(false);
  });

  test('is neither good nor bad when nobody can be asked', async () => {
    const { ask, clock, trouble, newKey } = setUp();
    const { text } = await newKey();
    await ask(text);
    clock.ms += 1;
    const { proof } = await ask(text);
    trouble.error = new Error('the table does not answer');
    await expect(proof.holdsNow()).rejects.toBe(trouble.error);
    await expect(proof.holdsAt(1)).rejects.toBe(trouble.error);
  });
});
