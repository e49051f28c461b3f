import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { vouchForTenant } from '../../tenants/tenant-id.ts';
import {
  apiKeyIdPattern,
  apiKeyScannerPattern,
  newApiKeyId,
  newApiKeyText,
  parseApiKeyText,
} from './api-key-text.ts';

const tenants = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,62}$/).map(vouchForTenant);
const ids = fc.uint8Array({ minLength: 5, maxLength: 5 }).map((bytes) => newApiKeyId(() => bytes));
const keys = fc
  .record({ tenant: tenants, id: ids, bytes: fc.uint8Array({ minLength: 20, maxLength: 20 }) })
  .map(({ tenant, id, bytes }) => ({ tenant, id, text: newApiKeyText(tenant, id, () => bytes) }));
const t1 = vouchForTenant('t1');

describe('the text of an API key', () => {
  it('is read back as what it was made of, whatever the tenant, id and bytes', () => {
    fc.assert(
      fc.property(keys, ({ tenant, id, text }) => {
        expect(text.length).toBeLessThanOrEqual(116);
        expect(parseApiKeyText(text)).toEqual({
          tenantText: tenant,
          id,
          secret: text.slice(`atr_${tenant}_${id}_`.length, -7),
        });
      }),
    );
  });

  it('has a spelling that stays as it is', () => {
    const bytes = Uint8Array.from({ length: 20 }, (_, n) => n * 13);
    expect(newApiKeyText(t1, '0123abcd', () => bytes)).toBe(
      'atr_t1_0123abcd_006hm9sm8575pt3nga7ssadprf8dvtqqHMIIUCI',
    );
    expect(newApiKeyId(() => Uint8Array.of(0xff, 0, 0xff, 0, 0xff))).toBe('zw0fy07z');
  });

  it('carries all 160 bits: other bytes are another key', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), fc.nat(159), (bytes, bit) => {
        const other = bytes.slice();
        other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const id = '00000000';
        expect(newApiKeyText(t1, id, () => other)).not.toBe(newApiKeyText(t1, id, () => bytes));
      }),
    );
  });

  it('is refused after a change of any one character', () => {
    fc.assert(
      fc.property(
        keys,
        fc.nat(),
        fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 1 }),
        ({ text }, at, other) => {
          const place = at % text.length;
          fc.pre(text[place] !== other);
          expect(parseApiKeyText(text.slice(0, place) + other + text.slice(place + 1))).toBeUndefined();
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('is refused after an exchange of any two characters, everywhere in a key', () => {
    const text = newApiKeyText(vouchForTenant('acme-2'), 'k3f9a0b2', randomBytes);
    let exchanged = 0;
    for (let one = 0; one < text.length; one++) {
      for (let other = one + 1; other < text.length; other++) {
        if (text[one] === text[other]) continue;
        const letters = [...text];
        [letters[one], letters[other]] = [letters[other] ?? '', letters[one] ?? ''];
        expect(parseApiKeyText(letters.join(''))).toBeUndefined();
        exchanged++;
      }
    }
    expect(exchanged).toBeGreaterThan(1_000);
  });

  it('is refused after an exchange of any two characters, in any key', () => {
    fc.assert(
      fc.property(keys, fc.nat(), fc.nat(), ({ text }, one, other) => {
        const letters = [...text];
        const [here, there] = [one % text.length, other % text.length];
        [letters[here], letters[there]] = [letters[there] ?? '', letters[here] ?? ''];
        fc.pre(letters.join('') !== text);
        expect(parseApiKeyText(letters.join(''))).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
  });

  it('is refused for another tenant, even one whose name differs by a letter', () => {
    fc.assert(
      fc.property(keys, tenants, ({ tenant, text }, other) => {
        fc.pre(other !== tenant);
        expect(parseApiKeyText(text.replace(`atr_${tenant}_`, `atr_${other}_`))).toBeUndefined();
      }),
    );
  });

  it.each([
    ['a line break behind it', (text: string) => `${text}\n`],
    ['a space before it', (text: string) => ` ${text}`],
    ['capitals', (text: string) => text.toUpperCase()],
    ['small letters', (text: string) => text.toLowerCase()],
    ['a part more', (text: string) => text.replace('atr_', 'atr_x_')],
    ['full-width letters', (text: string) => text.replace('atr', '\uff41tr')],
    ['a zero byte', (text: string) => text.replace('_', '\0_')],
    ['itself twice', (text: string) => text + text],
    ['nothing', () => ''],
  ])('is not read with %s', (_, change) => {
    expect(parseApiKeyText(change(newApiKeyText(t1, newApiKeyId(randomBytes), randomBytes)))).toBeUndefined();
  });

  it('takes no time to refuse long texts that begin as a key does', () => {
    const begun = performance.now();
    for (const part of ['atr_', 'a', '-', '_', 'a_', 'A']) {
      expect(parseApiKeyText(`atr_t1_00000000_${part.repeat(1_000_000)}`)).toBeUndefined();
      expect(new RegExp(apiKeyScannerPattern).test(`atr_${part.repeat(200_000)}`)).toBe(false);
    }
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  it('is found by the scanner in a log, a header and a configuration file', () => {
    fc.assert(
      fc.property(
        keys,
        fc.constantFrom('Bearer ', 'key="', 'KEY=', '{"key":"', 'x\n'),
        ({ text }, before) => {
          for (const after of ['', '"', '\n', ' ', '",']) {
            expect(`${before}${text}${after}`.match(new RegExp(apiKeyScannerPattern, 'g'))).toEqual([text]);
          }
        },
      ),
    );
  });

  it('is not made of a wrong tenant, a wrong id or too few bytes', () => {
    const odd = ['', 'A2345678', '0123456', '012345678', 'ilou0000', '0123_567'];
    for (const id of odd) {
      expect(apiKeyIdPattern.test(id)).toBe(false);
      expect(() => newApiKeyText(t1, id, randomBytes)).toThrow(TypeError);
    }
    expect(() => newApiKeyText(t1, '00000000', () => randomBytes(19))).toThrow(TypeError);
    expect(() => newApiKeyId(() => randomBytes(4))).toThrow(TypeError);
  });
});
