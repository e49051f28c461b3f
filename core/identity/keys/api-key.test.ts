import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { vouchForTenant } from '../../tenants/tenant-id.ts';
import { apiKeyRecordSchema, apiKeyState, hashApiKey, newApiKey, sameHash, summaryOf } from './api-key.ts';
import { parseApiKeyText } from './api-key-text.ts';

const pepper = randomBytes(32);
const nowMs = Date.parse('2026-05-01T12:00:00Z');
const by = { pepper, nowMs, randomBytes };
const t1 = vouchForTenant('t1');
const make = (expiresInMs?: number) =>
  newApiKey(
    t1,
    { name: 'ci', scopes: ['chat'], groups: ['hr'], ...(expiresInMs !== undefined && { expiresInMs }) },
    by,
  );

describe('an API key', () => {
  it('is stored without its text or any part of its secret', () => {
    const { key, record } = make();
    const { secret, id } = parseApiKeyText(key) ?? {};
    expect(record.key_id).toBe(id);
    expect(JSON.stringify(record)).not.toContain(secret);
    expect(record.hash).toBe(hashApiKey(pepper, key));
  });

  it('is shown without its hash, and without whatever else a record may come to hold', () => {
    const used = { last_used_at: '2026-05-01T12:00:00.000Z', created_by: 'ann' };
    const record = { ...make(1_000).record, ...used, more: 'x' };
    const { hash, more, ...shown } = record;
    expect(summaryOf(record)).toEqual(shown);
    expect(JSON.stringify(summaryOf(record))).not.toContain(hash);
    expect(more).toBe('x');
  });

  it('is another key every time', () => {
    expect(new Set(Array.from({ length: 100 }, () => make().key)).size).toBe(100);
  });

  it('ends at the moment that was said, and at once when it is revoked', () => {
    const { record } = make(1_000);
    expect(apiKeyState(record, nowMs + 999)).toBe('live');
    expect(apiKeyState(record, nowMs + 1_000)).toBe('expired');
    expect(apiKeyState({ ...record, revoked_at: record.created_at }, nowMs)).toBe('revoked');
    expect(apiKeyState(make().record, Number.MAX_SAFE_INTEGER)).toBe('live');
  });

  it('is not made with an unknown, a repeated or no scope, nor without a name', () => {
    const { record } = make();
    for (const scopes of [[], ['chat', 'chat'], ['root'], 'chat']) {
      expect(apiKeyRecordSchema.safeParse({ ...record, scopes }).success).toBe(false);
    }
    expect(() => newApiKey(t1, { name: '', scopes: ['chat'] }, by)).toThrow();
    expect(() => newApiKey(t1, { name: 'x'.repeat(101), scopes: ['chat'] }, by)).toThrow();
    expect(() => newApiKey(t1, { name: 'a\nb', scopes: ['chat'] }, by)).toThrow();
    expect(() => newApiKey(t1, { name: 'x', scopes: [] }, by)).toThrow();
  });

  it('is for the groups that were said, and for none unless any were', () => {
    expect(make().record.groups).toEqual(['hr']);
    expect(newApiKey(t1, { name: 'x', scopes: ['chat'] }, by).record.groups).toEqual([]);
    const { groups, ...before } = make().record;
    expect(groups).toEqual(['hr']);
    expect(apiKeyRecordSchema.parse(before).groups).toEqual([]);
    const many = Array.from({ length: 33 }, (_, n) => `g${n}`);
    for (const wrong of [['hr', 'hr'], [''], ['a\u0007'], ['x'.repeat(201)], many, 'hr']) {
      expect(apiKeyRecordSchema.safeParse({ ...before, groups: wrong }).success).toBe(false);
    }
  });
});

describe('the hash of a key', () => {
  it('is HMAC-SHA-256 as RFC 4231 has it', () => {
    // Test case 6: a key longer than a block.
    const hash = hashApiKey(
      Buffer.alloc(131, 0xaa),
      'Test Using Larger Than Block-Size Key - Hash Key First',
    );
    expect(Buffer.from(hash, 'base64url').toString('hex')).toBe(
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    );
  });

  it('depends on the pepper, the tenant, the id and the secret', () => {
    const key = 'atr_t1_00000000_secret';
    const hash = hashApiKey(pepper, key);
    for (const other of ['atr_t2_00000000_secret', 'atr_t1_00000001_secret', 'atr_t1_00000000_secreu']) {
      expect(hashApiKey(pepper, other)).not.toBe(hash);
    }
    expect(hashApiKey(randomBytes(32), key)).not.toBe(hash);
  });

  it('is not made with a short pepper, and the error does not tell the key', () => {
    expect(() => hashApiKey(randomBytes(31), 'atr_secret')).toThrow(/32 bytes/);
    expect(() => hashApiKey(randomBytes(31), 'atr_secret')).not.toThrow(/atr_secret/);
  });

  it('matches itself alone', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        expect(sameHash(hashApiKey(pepper, one), hashApiKey(pepper, other))).toBe(one === other);
      }),
    );
    for (const odd of ['', 'A', 'x'.repeat(44)]) expect(sameHash(odd, odd)).toBe(false);
  });
});
