import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { guessedKey as guess, openKeys as open } from '../../../test/support/open-keys.ts';
import { type TenantId, vouchForTenant } from '../../tenants/tenant-id.ts';
import type { ApiKeyRecord } from './api-key.ts';
import { newApiKeyText, parseApiKeyText } from './api-key-text.ts';
import { createKeyAuthenticator } from './authenticate-key.ts';

const NOW = Date.parse('2026-05-01T12:00:00.000Z');
const [t1, t2] = [vouchForTenant('t1'), vouchForTenant('t2')];
const reasonOf = async (verdict: Promise<{ ok: boolean; reason?: string }>) => (await verdict).reason ?? 'ok';

describe('an API key', () => {
  it('says whose it is, which one, what it may be used for and for which groups', async () => {
    const { keys, newKey } = open();
    const { text, id } = await newKey();
    expect(await keys.authenticate(text)).toEqual({
      ok: true,
      key: { tenant: 't1', keyId: id, name: 'ci', scopes: ['chat', 'config'], groups: ['hr'] },
    });
  });

  it('is not looked up again for 30 s, and then is', async () => {
    const { keys, clock, asked, newKey } = open();
    const { text } = await newKey();
    for (const passMs of [0, 10_000, 19_999]) {
      clock.ms += passMs;
      expect(await reasonOf(keys.authenticate(text))).toBe('ok');
    }
    expect(asked).toHaveLength(1);
    clock.ms += 1;
    expect(await reasonOf(keys.authenticate(text))).toBe('ok');
    expect(asked).toHaveLength(2);
  });

  it('is read once for many requests at once', async () => {
    const { keys, asked, newKey } = open();
    const { text } = await newKey();
    const verdicts = await Promise.all(Array.from({ length: 50 }, () => keys.authenticate(text)));
    expect(verdicts.every(({ ok }) => ok)).toBe(true);
    expect(asked).toHaveLength(1);
  });

  it('ends on time, remembered or not', async () => {
    const { keys, clock, newKey } = open();
    const { text } = await newKey(t1, { expiresInMs: 10_000 });
    clock.ms += 9_999;
    expect(await reasonOf(keys.authenticate(text))).toBe('ok');
    clock.ms += 1;
    expect(await reasonOf(keys.authenticate(text))).toBe('expired');
    clock.ms += 60_000;
    expect(await reasonOf(keys.authenticate(text))).toBe('expired');
  });

  it('that is revoked is refused after 30 s at the latest', async () => {
    const { keys, memory, clock, newKey } = open();
    const [revoked, other] = [await newKey(), await newKey()];
    for (const { text } of [revoked, other]) await keys.authenticate(text);
    await memory.revoke(t1, revoked.id, clock.ms);
    clock.ms += 30_000;
    expect(await reasonOf(keys.authenticate(revoked.text))).toBe('revoked');
    expect(await reasonOf(keys.authenticate(other.text))).toBe('ok');
  });
});

describe('a key of one tenant never opens another', () => {
  it('when its parts are put together for the other, with the right check', async () => {
    const { keys, asked, newKey } = open();
    const { text, id } = await newKey(t1);
    await newKey(t2);
    const { secret } = parseApiKeyText(text) ?? {};
    const bytes = bytesOf(secret ?? '');
    expect(newApiKeyText(t1, id, () => bytes)).toBe(text);
    const forged = newApiKeyText(t2, id, () => bytes);
    expect(await reasonOf(keys.authenticate(forged))).toBe('unknown');
    expect(asked).toEqual([`t2/${id}`]);
  });

  it('when its item lies in the partition of the other', async () => {
    const { keys, memory, newKey } = open();
    const { text, id, record } = await newKey(t1);
    await memory.create(t2, record);
    const forged = newApiKeyText(t2, id, () => bytesOf(parseApiKeyText(text)?.secret ?? ''));
    expect(await reasonOf(keys.authenticate(forged))).toBe('wrong');
    expect(await reasonOf(keys.authenticate(text))).toBe('ok');
  });

  it('nor does a key made with another pepper', async () => {
    const { newKey, memory } = open();
    const { text } = await newKey();
    const other = open({ store: memory, pepper: randomBytes(32) }).keys;
    expect(await reasonOf(other.authenticate(text))).toBe('wrong');
  });
});

describe('guessing', () => {
  it('costs no read when the text has not the form or the check', async () => {
    const { keys, asked, newKey } = open();
    const { text } = await newKey();
    const changed = `${text.slice(0, -1)}${text.endsWith('A') ? 'B' : 'A'}`;
    for (const wrong of ['', 'x', 'eyJhbGciOi', changed, `${text} `, 'a'.repeat(1_000_000)]) {
      expect(await reasonOf(keys.authenticate(wrong))).toBe('malformed');
      expect(keys.knows(wrong)).toBe(false);
    }
    expect(asked).toEqual([]);
  });

  it('at one key costs a read every 5 s, whatever secrets are tried', async () => {
    const { keys, clock, asked, newKey } = open();
    const { id, text } = await newKey();
    for (let n = 0; n < 100; n++) expect(await reasonOf(keys.authenticate(guess(t1, id)))).toBe('wrong');
    expect(asked).toHaveLength(1);
    expect(await reasonOf(keys.authenticate(text))).toBe('ok');
    expect(asked).toHaveLength(1);
    clock.ms += 5_000;
    await keys.authenticate(guess(t1, id));
    expect(asked).toHaveLength(2);
  });

  it('at many keys of a tenant costs 60 reads a minute, also at once, and leaves others alone', async () => {
    const { keys, clock, asked, newKey } = open();
    const [own, foreign] = [await newKey(t1), await newKey(t2)];
    await keys.authenticate(own.text);
    const reasons = await Promise.all(
      Array.from({ length: 500 }, () => reasonOf(keys.authenticate(guess(t1)))),
    );
    expect(reasons.filter((reason) => reason === 'unknown')).toHaveLength(60);
    expect(reasons.filter((reason) => reason === 'busy')).toHaveLength(440);
    expect(asked).toHaveLength(61);
    // Who was good before is read outside the budget; and so is every other tenant.
    expect(await reasonOf(keys.authenticate(own.text, { atEpoch: 1 }))).toBe('ok');
    expect(await reasonOf(keys.authenticate(foreign.text))).toBe('ok');
    clock.ms += 1_000;
    expect(await reasonOf(keys.authenticate(guess(t1)))).toBe('unknown');
    expect(await reasonOf(keys.authenticate(guess(t1)))).toBe('busy');
  });

  it('at tenants that nobody has costs 600 reads a minute in all', async () => {
    const { keys, asked } = open();
    for (let n = 0; n < 2_000; n++) await keys.authenticate(guess(vouchForTenant(`made-up-${n}`)));
    expect(asked).toHaveLength(600);
  });

  it('budgets are not spent by good keys or by a store that fails', async () => {
    const { keys, trouble, newKey } = open({ cache: { missesPerTenant: 2, misses: 3 } });
    for (let n = 0; n < 20; n++) {
      expect(await reasonOf(keys.authenticate((await newKey()).text))).toBe('ok');
    }
    trouble.error = new Error('the table does not answer');
    for (let n = 0; n < 20; n++) {
      await expect(keys.authenticate(guess(t1))).rejects.toThrow('the table does not answer');
    }
    delete trouble.error;
    expect(await reasonOf(keys.authenticate(guess(t1)))).toBe('unknown');
  });
});

describe('when the store does not answer', () => {
  it('a key is taken for the rest of its 30 s and not longer, and its text is in no error', async () => {
    const { keys, clock, trouble, newKey } = open();
    const { text } = await newKey();
    await keys.authenticate(text);
    trouble.error = new Error('the table does not answer');
    clock.ms += 29_999;
    expect(await reasonOf(keys.authenticate(text))).toBe('ok');
    clock.ms += 1;
    const error = await keys.authenticate(text).catch((thrown: unknown) => thrown);
    expect(error).toBe(trouble.error);
    expect(keys.knows(text)).toBe(true);
    delete trouble.error;
    expect(await reasonOf(keys.authenticate(text))).toBe('ok');
  });
});

describe('a known key', () => {
  it('is one that was good here, until it is found bad', async () => {
    const { keys, memory, clock, newKey } = open();
    const { text, id } = await newKey();
    expect(keys.knows(text)).toBe(false);
    await keys.authenticate(text);
    expect(keys.knows(text)).toBe(true);
    expect(keys.knows(guess(t1, id))).toBe(false);
    await memory.revoke(t1, id, clock.ms);
    expect(keys.knows(text)).toBe(true);
    await keys.authenticate(text, { atEpoch: 1 });
    expect(keys.knows(text)).toBe(false);
  });

  it('is one of a bounded number', async () => {
    const { keys, asked, newKey } = open({ cache: { maxKeys: 2 } });
    const made = [await newKey(), await newKey(), await newKey()];
    for (const { text } of made) await keys.authenticate(text);
    expect(made.map(({ text }) => keys.knows(text))).toEqual([false, true, true]);
    expect(asked).toHaveLength(3);
  });
});

describe('the last use', () => {
  const lastUse = async (
    from: { get(t: TenantId, id: string): Promise<ApiKeyRecord | undefined> },
    id: string,
  ) => (await from.get(t1, id))?.last_used_at;

  it('is noted once a minute, and only for a key that was taken', async () => {
    const { keys, memory, clock, touched, newKey } = open();
    const { text, id } = await newKey();
    await keys.authenticate(guess(t1, id));
    await keys.settled();
    expect(touched).toEqual([]);
    for (let n = 0; n < 10; n++) await keys.authenticate(text);
    clock.ms += 59_999;
    await keys.authenticate(text);
    await keys.settled();
    expect(touched).toHaveLength(1);
    expect(await lastUse(memory, id)).toBe(new Date(NOW).toISOString());
    clock.ms += 1;
    await keys.authenticate(text);
    await keys.settled();
    expect(await lastUse(memory, id)).toBe(new Date(NOW + 60_000).toISOString());
  });

  it('makes no request wait, and one that cannot be noted fails none', async () => {
    const failures: unknown[] = [];
    const { keys, trouble, newKey } = open({ onTouchFailed: (error) => failures.push(error) });
    const { text } = await newKey();
    trouble.touchError = new Error('throttled');
    expect(await reasonOf(keys.authenticate(text))).toBe('ok');
    await keys.settled();
    expect(failures).toEqual([trouble.touchError]);

    const stuck = open();
    const other = await stuck.newKey();
    const waiting = createKeyAuthenticator({
      store: { get: stuck.memory.get, touch: () => new Promise<never>(() => {}) },
      pepper: stuck.pepper,
      now: () => NOW,
    });
    expect(await reasonOf(waiting.authenticate(other.text))).toBe('ok');
  });

  it('that another process has just noted is not noted again', async () => {
    const { keys, memory, clock, touched, newKey } = open();
    const { text, id } = await newKey();
    await memory.touch(t1, id, clock.ms);
    clock.ms += 30_000;
    await keys.authenticate(text);
    await keys.settled();
    expect(touched).toEqual([]);
  });
});

it('too short a pepper ends the start, not the first request', () => {
  expect(() => open({ pepper: randomBytes(31) })).toThrow(/32 bytes/);
});

/** The bytes that a secret spells. */
function bytesOf(secret: string): Uint8Array {
  const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
  const value = [...secret].reduce((sum, letter) => (sum << 5n) | BigInt(alphabet.indexOf(letter)), 0n);
  return Buffer.from(value.toString(16).padStart(40, '0'), 'hex');
}
