import { describe, expect, it } from 'vitest';
import { guessedKey as guess, openKeys as open } from '../../../test/support/open-keys.ts';
import { vouchForTenant } from '../../tenants/tenant-id.ts';
import type { KeyFreshness } from './authenticate-key.ts';

const NOW = Date.parse('2026-05-01T12:00:00.000Z');
const t1 = vouchForTenant('t1');
const reasonOf = async (verdict: Promise<{ ok: boolean; reason?: string }>) => (await verdict).reason ?? 'ok';

describe('an epoch of the tenant', () => {
  it('that is 0 asks for no read, nor does one that a read is known to be as of', async () => {
    const { keys, asked, newKey } = open();
    const { text } = await newKey();
    await keys.authenticate(text);
    await keys.authenticate(text, { atEpoch: 0 });
    expect(asked).toHaveLength(1);
    for (const atEpoch of [7, 7, 6, 0]) {
      expect(await reasonOf(keys.authenticate(text, { atEpoch }))).toBe('ok');
    }
    expect(asked).toHaveLength(2);
    await keys.authenticate(text, { atEpoch: 8 });
    expect(asked).toHaveLength(3);
  });

  it('that is news refuses a revoked key at once, and is not news to reads that come after', async () => {
    const { keys, memory, clock, asked, newKey } = open();
    const [revoked, other, third] = [await newKey(), await newKey(), await newKey()];
    for (const { text } of [revoked, other]) await keys.authenticate(text);
    await memory.revoke(t1, revoked.id, clock.ms);
    expect(await reasonOf(keys.authenticate(revoked.text))).toBe('ok');
    // Heard with one key, it holds for the tenant's others as well.
    expect(await reasonOf(keys.authenticate(other.text, { atEpoch: 1 }))).toBe('ok');
    expect(await reasonOf(keys.authenticate(revoked.text))).toBe('revoked');
    await keys.authenticate(third.text);
    expect(asked).toHaveLength(5);
    clock.ms += 30_000;
    for (const { text } of [other, third]) {
      await keys.authenticate(text);
      expect(await reasonOf(keys.authenticate(text, { atEpoch: 1 }))).toBe('ok');
    }
    expect(asked).toHaveLength(7);
  });

  it('of one tenant is nothing to another', async () => {
    const { keys, asked, newKey } = open();
    const [own, longer] = [await newKey(t1), await newKey(vouchForTenant('t1-b'))];
    for (const { text } of [own, longer]) await keys.authenticate(text);
    await keys.authenticate(own.text, { atEpoch: 1 });
    await keys.authenticate(longer.text);
    expect(asked.filter((place) => place.startsWith('t1/'))).toHaveLength(2);
    expect(asked.filter((place) => place.startsWith('t1-b/'))).toHaveLength(1);
  });

  it('asks about a key that was missed anew, too', async () => {
    const { keys, asked } = open();
    const text = guess(t1);
    await keys.authenticate(text);
    await keys.authenticate(text, { atEpoch: 1 });
    await keys.authenticate(text, { atEpoch: 1 });
    expect(asked).toHaveLength(2);
  });
});

describe('a moment', () => {
  it('since which the key was read asks for no other read, and a later one does', async () => {
    const { keys, memory, clock, asked, newKey } = open();
    const { text, id } = await newKey();
    await keys.authenticate(text);
    await keys.authenticate(text, { sinceMs: NOW });
    expect(asked).toHaveLength(1);
    clock.ms += 1;
    await memory.revoke(t1, id, clock.ms);
    expect(await reasonOf(keys.authenticate(text))).toBe('ok');
    expect(await reasonOf(keys.authenticate(text, { sinceMs: NOW + 1 }))).toBe('revoked');
    expect(asked).toHaveLength(2);
  });
});

describe('a read that is under way while the key is revoked', () => {
  /** `before` is under way, the key is revoked, and then somebody asks for what is newer. */
  async function overtaken(ask: KeyFreshness) {
    const { keys, memory, clock, trouble, asked, newKey } = open();
    const { text, id } = await newKey();
    const gate = Promise.withResolvers<void>();
    trouble.gate = gate.promise;
    const before = reasonOf(keys.authenticate(text));
    await Promise.resolve();
    await memory.revoke(t1, id, ++clock.ms);
    const newer = () => reasonOf(keys.authenticate(text, ask));
    return { keys, text, trouble, asked, before, newer, release: gate.resolve };
  }
  const asks: readonly KeyFreshness[] = [{ atEpoch: 1 }, { sinceMs: NOW + 1 }];

  it.each(asks)('is not joined by who asks for newer: %o', async (ask) => {
    const { before, newer, release, asked } = await overtaken(ask);
    const later = [newer(), newer()];
    release();
    expect(await before).toBe('ok');
    expect(await Promise.all(later)).toEqual(['revoked', 'revoked']);
    expect(asked).toHaveLength(2);
  });

  it.each(asks)('does not serve who asks for newer afterwards: %o', async (ask) => {
    const { before, newer, release } = await overtaken(ask);
    release();
    expect(await before).toBe('ok');
    expect(await newer()).toBe('revoked');
  });

  it.each(asks)('does not bring the key back when its answer comes last: %o', async (ask) => {
    const { keys, text, trouble, before, newer, release, asked } = await overtaken(ask);
    delete trouble.gate;
    expect(await newer()).toBe('revoked');
    release();
    expect(await before).toBe('ok');
    expect(keys.knows(text)).toBe(false);
    expect(await reasonOf(keys.authenticate(text))).toBe('revoked');
    expect(asked).toHaveLength(2);
  });

  it('is joined by who does not ask for newer', async () => {
    const { newer, release, asked } = await overtaken({ atEpoch: 0, sinceMs: NOW });
    const later = newer();
    release();
    expect(await later).toBe('ok');
    expect(asked).toHaveLength(1);
  });
});
