import { crc32 } from 'node:zlib';
import { type TenantId, tenantIdText } from '../../tenants/tenant-id.ts';

/**
 * What an API key looks like: `atr_<tenant>_<id>_<secret><check>`, ASCII, at most 116 characters.
 *
 * - tenant: the tenant's id, 1 to 63 of `a-z 0-9 -`
 * - id: 8 characters of Crockford's base32 in lower case (40 bits); names the key, is no secret
 * - secret: 32 of the same characters (160 bits)
 * - check: 7 of `A-Z`, the CRC-32 (as in zlib) of everything before it as a number of base 26, the highest digit first
 *
 * The check is there for people and for secret scanners: it needs no table to tell a key from a mistyped one, and proves
 * nothing about who asks. It refuses every change of one character and every exchange of two, not only most of them: CRC-32's
 * polynomial is primitive, so within 2^32 bits it misses no error that is the same pattern of up to 32 bits in two
 * places; and no character of the check occurs before it, so an exchange across breaks the form.
 */
export interface ApiKeyText {
  /** The tenant that the text names; nobody has vouched for it. */
  readonly tenantText: string;
  readonly id: string;
  readonly secret: string;
}

/** As many bytes as asked for, from a source that nobody can guess; `randomBytes` of `node:crypto`. */
export type RandomBytes = (size: number) => Uint8Array;

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const base32 = '[0-9a-hjkmnp-tv-z]';
const form = `atr_([a-z0-9][a-z0-9-]{0,62})_(${base32}{8})_(${base32}{32})([A-Z]{7})`;

/** No character stands in two neighbouring parts, so there is one way to match and nothing to go back to. */
const whole = new RegExp(`^${form}$`);
const maxLength = 116;

/**
 * For secret scanners, in the syntax that RE2, Hyperscan, Java and JavaScript share. What it finds is a key if
 * `parseApiKeyText` takes it; the check leaves one look-alike in 2^32.
 */
export const apiKeyScannerPattern = `\\batr_[a-z0-9][a-z0-9-]{0,62}_${base32}{8}_${base32}{32}[A-Z]{7}\\b`;

/** The form of a key's id. */
export const apiKeyIdPattern: RegExp = new RegExp(`^${base32}{8}$`);

/** A new id. It is unique within a tenant only because the store refuses one that is taken. */
export const newApiKeyId = (randomBytes: RandomBytes): string => base32Of(randomBytes(5), 5);

/**
 * A new key's text, to be shown once.
 *
 * @throws {TypeError} when the tenant or the id has another form, or the source gives too few bytes.
 */
export function newApiKeyText(tenant: TenantId, id: string, randomBytes: RandomBytes): string {
  if (!tenantIdText.safeParse(tenant).success) throw new TypeError('not a tenant id');
  if (!apiKeyIdPattern.test(id)) throw new TypeError('not the id of a key');
  const body = `atr_${tenant}_${id}_${base32Of(randomBytes(20), 20)}`;
  return body + checkOf(body);
}

/** The parts of a key's text, or `undefined` for everything that is not exactly the form above with the right check. */
export function parseApiKeyText(text: string): ApiKeyText | undefined {
  if (text.length > maxLength) return undefined;
  const [, tenantText, id, secret, check] = whole.exec(text) ?? [];
  if (tenantText === undefined || id === undefined || secret === undefined || check === undefined) {
    return undefined;
  }
  return checkOf(text.slice(0, -check.length)) === check ? { tenantText, id, secret } : undefined;
}

/** 26^7 is more than 2^32: every checksum has one spelling. */
function checkOf(body: string): string {
  let rest = crc32(body);
  let check = '';
  for (let n = 0; n < 7; n++) {
    check = String.fromCharCode(65 + (rest % 26)) + check;
    rest = Math.floor(rest / 26);
  }
  return check;
}

/** Five bytes are eight characters, without a bit to spare: there is one spelling only. */
function base32Of(bytes: Uint8Array, size: number): string {
  if (bytes.length !== size) throw new TypeError(`${size} random bytes are needed, not ${bytes.length}`);
  let text = '';
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += alphabet[(held >> (bits - 5)) & 31];
    held &= 31;
  }
  return text;
}
