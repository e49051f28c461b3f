import { describe, expect, it } from 'vitest';
import { addressKey } from './address-key.ts';
import { createAttempts } from './attempts.ts';

function open(more: Partial<Parameters<typeof createAttempts>[0]> = {}) {
  const clock = { ms: 0 };
  return { clock, attempts: createAttempts({ now: () => clock.ms, ...more }) };
}

describe('failed attempts', () => {
  it('are 20 a minute from one address, whatever tenants they name', () => {
    const { clock, attempts } = open();
    for (let n = 0; n < 20; n++) {
      expect(attempts.refused('192.0.2.1', `t${n}`)).toBeUndefined();
      attempts.failed('192.0.2.1', `t${n}`);
    }
    expect(attempts.refused('192.0.2.1', 'other')).toEqual({ by: 'address', retryAfterMs: 3_000 });
    expect(attempts.refused('192.0.2.2', 't1')).toBeUndefined();
    clock.ms += 3_000;
    expect(attempts.refused('192.0.2.1')).toBeUndefined();
  });

  it('are 40 a minute from one IPv6 /48, which one person may have all of, and no other is touched', () => {
    const { clock, attempts } = open();
    const from = (n: number) => `2001:db8:1:${n.toString(16)}::1`;
    for (let n = 0; n < 40; n++) {
      expect(attempts.refused(from(n))).toBeUndefined();
      attempts.failed(from(n), 't1');
    }
    expect(attempts.refused(from(40))).toEqual({ by: 'address', retryAfterMs: 1_500 });
    for (const other of ['2001:db8:2::1', '192.0.2.1', undefined]) {
      expect(attempts.refused(other, 't1')).toBeUndefined();
    }
    clock.ms += 1_500;
    expect(attempts.refused(from(41))).toBeUndefined();
  });

  it('are 100 a minute against one tenant, from whatever addresses', () => {
    const { attempts } = open();
    for (let n = 0; n < 100; n++) expect(attempts.failed(`192.0.2.${n}`, 't1')).toBeUndefined();
    expect(attempts.failed('192.0.2.200', 't1')).toEqual({ by: 'tenant', retryAfterMs: 600 });
    expect(attempts.refused('198.51.100.1', 't1')).toEqual({ by: 'tenant', retryAfterMs: 600 });
    expect(attempts.refused('198.51.100.1', 't2')).toBeUndefined();
    expect(attempts.refused('198.51.100.1')).toBeUndefined();
  });

  it('of an address that is over its limit use up no tenant', () => {
    const { attempts } = open();
    for (let n = 0; n < 20; n++) expect(attempts.failed('192.0.2.1', 't1')).toBeUndefined();
    for (let n = 0; n < 500; n++) expect(attempts.failed('192.0.2.1', 't1')).toMatchObject({ by: 'address' });
    expect(attempts.refused('192.0.2.2', 't1')).toBeUndefined();
    for (let n = 0; n < 80; n++) expect(attempts.failed(`198.51.100.${n}`, 't1')).toBeUndefined();
    expect(attempts.refused('192.0.2.2', 't1')).toMatchObject({ by: 'tenant' });
  });

  it('do not fill the memory with addresses, tenants or texts that are no tenant', () => {
    const { attempts } = open({ maxAddresses: 10, maxTenants: 10 });
    for (let n = 0; n < 5_000; n++) attempts.failed(`10.${n >> 8}.${n & 255}.1`, `t${n}`);
    for (let n = 0; n < 5_000; n++) attempts.failed(`2001:db8:${n.toString(16)}::1`);
    expect(attempts.size()).toBeLessThanOrEqual(30);
    const fresh = open().attempts;
    fresh.failed('10.0.0.1', 'x'.repeat(64));
    expect(fresh.size()).toBe(1);
  });
});

describe('an address', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:0201', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8::', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['not an address', 'unknown'],
    ['192.0.2.1, 192.0.2.2', 'unknown'],
    ['192.0.2.01', 'unknown'],
    ['', 'unknown'],
  ])('%s counts as %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });

  it('that is missing counts too', () => {
    expect(addressKey(undefined)).toBe('unknown');
  });
});
