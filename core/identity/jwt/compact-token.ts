import { parseStrictJson, StrictJsonError, type StrictJsonLimits } from '../../json/strict-json.ts';
import { TokenRejected } from './token-rejected.ts';

/** A token taken apart (RFC 7515, section 3.1). Nothing in it is proven yet. */
export interface CompactToken {
  readonly algorithm: string;
  readonly kid: string | undefined;
  readonly payload: Readonly<Record<string, unknown>>;
}

export const maxTokenBytes = 8_192;

/** Members that would let a token bring its own key, change how it is read, or wrap another. */
const steering = ['crit', 'jku', 'jwk', 'x5u', 'x5c', 'zip', 'b64', 'enc', 'cty'] as const;
const types = /^(?:jwt|(?:application\/)?at\+jwt)$/i;

/**
 * Takes a compact token apart and checks everything of its form that needs neither key nor clock: at most 8 KB,
 * three parts of canonical base64url, header and payload objects in strict JSON, and a header that steers nothing.
 *
 * @throws {TokenRejected} `too-large`, `malformed`, `duplicate-member`, `header-refused` or `type-refused`.
 */
export function readCompactToken(token: string): CompactToken {
  if (token.length > maxTokenBytes) throw new TokenRejected('too-large');
  const parts = token.split('.', 4);
  const [first, second, third] = parts;
  if (parts.length !== 3 || !first || !second || !third) throw new TokenRejected('malformed');
  const header = readHeader(
    object(canonical(first), { maxBytes: maxTokenBytes, maxDepth: 4, maxMembers: 100 }),
  );
  const payload = object(canonical(second), { maxBytes: maxTokenBytes, maxDepth: 8 });
  canonical(third);
  return { ...header, payload };
}

/** The bytes of base64url (RFC 4648, section 5) that is the only way to write them: no padding, no stray bits. */
function canonical(part: string): Buffer {
  const bytes = Buffer.from(part, 'base64url');
  if (bytes.toString('base64url') !== part) throw new TokenRejected('malformed');
  return bytes;
}

function object(bytes: Uint8Array, limits: StrictJsonLimits): Record<string, unknown> {
  let value: unknown;
  try {
    value = parseStrictJson(bytes, limits);
  } catch (error) {
    const twice = error instanceof StrictJsonError && error.reason === 'duplicate-member';
    throw new TokenRejected(twice ? 'duplicate-member' : 'malformed');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TokenRejected('malformed');
  return value as Record<string, unknown>;
}

function readHeader(header: Readonly<Record<string, unknown>>) {
  for (const name of steering) {
    if (Object.hasOwn(header, name)) throw new TokenRejected('header-refused', name);
  }
  const { typ, alg, kid } = header;
  if (typ !== undefined && (typeof typ !== 'string' || !types.test(typ))) {
    throw new TokenRejected('type-refused', 'typ');
  }
  if (kid !== undefined && (typeof kid !== 'string' || kid === '' || kid.length > 200)) {
    throw new TokenRejected('header-refused', 'kid');
  }
  if (typeof alg !== 'string') throw new TokenRejected('algorithm-refused', 'alg');
  return { algorithm: alg, kid };
}
