import { createHmac, generateKeyPairSync } from 'node:crypto';
import {
  claims,
  clockS,
  encoded,
  signatureOf,
  signed,
  tokenBy,
} from '../../../test/support/signed-tokens.ts';
import { type Attack, attackKeys, tryAttacks } from '../../../test/support/token-attacks.ts';

const { rs, es, ed, stranger } = attackKeys;

/** Signed properly with `es`, whatever the header or the payload says. */
const withHeader = (header: object | string) => signed(header, claims(), es.privateKey);
const header = { alg: 'ES256', typ: 'JWT', kid: 'e' };
const extended = (more: object) => withHeader({ ...header, ...more });

const good = tokenBy(es);
const [head = '', body = '', signature = ''] = good.split('.');
const bytes = Buffer.from(signature, 'base64url');
const bySignature = (changed: Uint8Array | string) =>
  `${head}.${body}.${typeof changed === 'string' ? changed : encoded(changed)}`;

/** A header with this algorithm, and a MAC with what the issuer publishes as the secret. */
const confused = (alg: string, secret: string | Buffer) => {
  const input = `${encoded({ alg, typ: 'JWT', kid: 'r' })}.${encoded(claims())}`;
  const digest = alg.replace('HS', 'sha');
  return `${input}.${createHmac(digest, secret).update(input).digest('base64url')}`;
};

/** `s` instead of `n - s` on P-256: the same statement, provable by anybody who has one of the two. */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const mirrored = (() => {
  const s = BigInt(`0x${bytes.subarray(32).toString('hex')}`);
  return Buffer.from(
    bytes.subarray(0, 32).toString('hex') + (order - s).toString(16).padStart(64, '0'),
    'hex',
  );
})();
const scalars = (r: bigint, s: bigint) =>
  Buffer.from([r, s].map((part) => part.toString(16).padStart(64, '0')).join(''), 'hex');

/** Ed25519's `S + L`: the same point, refused by RFC 8032. */
const edParts = tokenBy(ed).split('.');
const edLifted = (() => {
  const raw = Buffer.from(edParts[2] ?? '', 'base64url');
  const little = (part: Buffer) => BigInt(`0x${Buffer.from(part).reverse().toString('hex')}`);
  const lifted = little(raw.subarray(32)) + (2n ** 252n + 27742317777372353535851937790883648493n);
  const s = Buffer.from(lifted.toString(16).padStart(64, '0'), 'hex').reverse();
  return Buffer.concat([raw.subarray(0, 32), s]);
})();
const edSigned = (changed: Uint8Array) => `${edParts[0]}.${edParts[1]}.${encoded(changed)}`;

const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
const pem = String(rs.publicKey.export({ type: 'spki', format: 'pem' }));
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** The same bytes, written with other unused bits at the end. */
const strayBits = (part: string) => part.slice(0, -1) + alphabet[alphabet.indexOf(part.at(-1) ?? 'A') ^ 1];

const nones = ['none', 'None', 'NONE', 'nOnE', 'none ', ' none', 'none\u0000', 'n\u043ene', ''];
const noneAttacks = nones.flatMap((alg): Attack[] => {
  const input = `${encoded({ alg, typ: 'JWT' })}.${encoded(claims())}`;
  return [
    [`${JSON.stringify(alg)} without a signature`, `${input}.`, 'malformed'],
    [`${JSON.stringify(alg)} with the signature of another`, `${input}.${signature}`, 'algorithm-refused'],
  ];
});

const suites: Record<string, readonly Attack[]> = {
  'RFC 8725 2.1, 3.1: algorithms': [
    ...noneAttacks,
    ['no alg', withHeader({ typ: 'JWT', kid: 'e' }), 'algorithm-refused'],
    ['alg as a list', extended({ alg: ['ES256'] }), 'algorithm-refused'],
    ['alg null', extended({ alg: null }), 'algorithm-refused'],
    ['alg in lower case', extended({ alg: 'es256' }), 'algorithm-refused'],
    ['alg of the prototype', extended({ alg: 'constructor' }), 'algorithm-refused'],
    ['HS256 with the RSA key as PEM', confused('HS256', pem), 'algorithm-refused'],
    ['HS256 with the PEM, trimmed', confused('HS256', pem.trim()), 'algorithm-refused'],
    [
      'HS256 with the key as DER',
      confused('HS256', rs.publicKey.export({ type: 'spki', format: 'der' })),
      'algorithm-refused',
    ],
    ['HS256 with the modulus', confused('HS256', String(rs.jwk.n)), 'algorithm-refused'],
    ['HS384 with the key as JSON', confused('HS384', JSON.stringify(rs.jwk)), 'algorithm-refused'],
    ['HS512 with no secret', confused('HS512', ''), 'algorithm-refused'],
    ['RS256 named, key of ES256', extended({ alg: 'RS256' }), 'algorithm-refused'],
    [
      'ES256 named, key of RS256',
      signed({ ...header, kid: 'r' }, claims(), rs.privateKey),
      'algorithm-refused',
    ],
    ['EdDSA named, key of ES256', extended({ alg: 'EdDSA' }), 'algorithm-refused'],
    [
      'PS256 with the RSA key',
      signed({ alg: 'PS256', kid: 'r' }, claims(), rs.privateKey),
      'algorithm-refused',
    ],
    ['RS1', signed({ alg: 'RS1', kid: 'r' }, claims(), rs.privateKey), 'algorithm-refused'],
    ['ES256K', extended({ alg: 'ES256K' }), 'algorithm-refused'],
    ["the issuer's key, not its algorithm", tokenBy(ed, { iss: 'https://rs.example/' }), 'algorithm-refused'],
    [
      'no key of the algorithm under this name',
      signed({ alg: 'RS256', kid: 'd' }, claims({ iss: 'https://rs.example/' }), rs.privateKey),
      'algorithm-refused',
    ],
  ],
  'RFC 8725 2.2, 3.5: keys that anybody could have': [
    ['signed by a stranger under a known name', tokenBy(stranger), 'signature-wrong'],
    ['signed with another curve', signed(header, claims(), p384), 'signature-wrong'],
    ['an unknown key', extended({ kid: 'new' }), 'key-unknown'],
    ['no name, several algorithms, the right key', withHeader({ alg: 'ES256' }), 'verified'],
    ['no name, the wrong key', signed({ alg: 'ES256' }, claims(), stranger.privateKey), 'signature-wrong'],
    ...[
      '../../../../dev/null',
      '/dev/null',
      "' OR '1'='1",
      "x' UNION SELECT 'k",
      '__proto__',
      'constructor',
      'toString',
      'e\u0000',
      'E',
      ' e',
      'http://evil.example/k',
      '$(id)',
      '0',
      'length',
    ].map((kid): Attack => [`kid ${JSON.stringify(kid)}`, extended({ kid }), 'key-unknown']),
    ...[7, null, [], {}, true, ['e'], '', 'k'.repeat(201)].map(
      (kid): Attack => [`kid ${JSON.stringify(kid).slice(0, 20)}`, extended({ kid }), 'header-refused'],
    ),
  ],
  'RFC 8725 2.9, 3.10: headers that steer': [
    [
      'an embedded key',
      signed({ ...header, jwk: stranger.jwk }, claims(), stranger.privateKey),
      'header-refused',
    ],
    ['an embedded key that is known', extended({ jwk: es.jwk }), 'header-refused'],
    ['jku', extended({ jku: 'https://evil.example/jwks' }), 'header-refused'],
    ["the issuer's own jku", extended({ jku: 'https://issuer.example/' }), 'header-refused'],
    ['x5u to the metadata service', extended({ x5u: 'http://169.254.169.254/' }), 'header-refused'],
    ['x5c', extended({ x5c: ['MIIB'] }), 'header-refused'],
    ['jku null', extended({ jku: null }), 'header-refused'],
    ['crit', extended({ crit: ['exp'], exp: clockS }), 'header-refused'],
    ['crit empty', extended({ crit: [] }), 'header-refused'],
    ['an unencoded payload (RFC 7797)', extended({ b64: false, crit: ['b64'] }), 'header-refused'],
    ['b64 alone', extended({ b64: true }), 'header-refused'],
    ['zip', extended({ zip: 'DEF' }), 'header-refused'],
    ['x5t is only a name', extended({ x5t: 'abc' }), 'verified'],
  ],
  'RFC 8725 2.3, 3.3: signatures': [
    ['as they should be', good, 'verified'],
    ['none', `${head}.${body}.`, 'malformed'],
    ['none, and no dot', `${head}.${body}`, 'malformed'],
    ['cut by a byte', bySignature(bytes.subarray(0, 63)), 'signature-wrong'],
    ['half', bySignature(bytes.subarray(0, 32)), 'signature-wrong'],
    ['one byte', bySignature(Buffer.alloc(1)), 'signature-wrong'],
    ['with a byte more', bySignature(Buffer.concat([bytes, Buffer.alloc(1)])), 'signature-wrong'],
    ['twice', bySignature(Buffer.concat([bytes, bytes])), 'signature-wrong'],
    ['all zeros', bySignature(Buffer.alloc(64)), 'signature-wrong'],
    ['all ones', bySignature(Buffer.alloc(64, 255)), 'signature-wrong'],
    ['r = s = n (CVE-2022-21449)', bySignature(scalars(order, order)), 'signature-wrong'],
    ['r = n, s = 1', bySignature(scalars(order, 1n)), 'signature-wrong'],
    ['r = 1, s = n', bySignature(scalars(1n, order)), 'signature-wrong'],
    ['r = 0', bySignature(Buffer.concat([Buffer.alloc(32), bytes.subarray(32)])), 'signature-wrong'],
    ['s = 0', bySignature(Buffer.concat([bytes.subarray(0, 32), Buffer.alloc(32)])), 'signature-wrong'],
    [
      'r and s exchanged',
      bySignature(Buffer.concat([bytes.subarray(32), bytes.subarray(0, 32)])),
      'signature-wrong',
    ],
    // ECDSA's own twin. It says the same, so nothing may be remembered by a token's text: ids are `jti`.
    ['n - s, which RFC 7518 allows', bySignature(mirrored), 'verified'],
    ['as DER', bySignature(derOf(bytes)), 'signature-wrong'],
    ['by Ed25519, all zeros', edSigned(Buffer.alloc(64)), 'signature-wrong'],
    [
      'by Ed25519, the neutral point',
      edSigned(Buffer.concat([Buffer.from([1]), Buffer.alloc(63)])),
      'signature-wrong',
    ],
    ['by Ed25519, S + L', edSigned(edLifted), 'signature-wrong'],
    [
      'by RSA, all zeros',
      `${encoded({ alg: 'RS256', kid: 'r' })}.${encoded(claims())}.${encoded(Buffer.alloc(256))}`,
      'signature-wrong',
    ],
    [
      'by RSA, empty but for padding',
      `${encoded({ alg: 'RS256', kid: 'r' })}.${encoded(claims())}.${encoded(Buffer.concat([Buffer.from([0, 1]), Buffer.alloc(254, 255)]))}`,
      'signature-wrong',
    ],
    ['of other claims', `${head}.${encoded(claims({ tenant_id: 't2' }))}.${signature}`, 'signature-wrong'],
    ['of another header', `${encoded({ alg: 'ES256', kid: 'e' })}.${body}.${signature}`, 'signature-wrong'],
    ['over the claims alone', bySignature(signatureOf(body, es.privateKey)), 'signature-wrong'],
    ['of a detached payload', `${head}..${signature}`, 'malformed'],
    ['padded', `${good}==`, 'malformed'],
    ['padded in the payload', `${head}.${body}=.${signature}`, 'malformed'],
    ['with stray bits', bySignature(strayBits(signature)), 'malformed'],
    ['with a line feed', `${good}\n`, 'malformed'],
    ['after a space', ` ${good}`, 'malformed'],
    ['with a space within', `${head}. ${body}.${signature}`, 'malformed'],
    ['in plain base64', bySignature('+/'.repeat(43)), 'malformed'],
    ['with a null byte', `${good}\u0000`, 'malformed'],
    ['with a wide look-alike', bySignature(`${signature.slice(0, -1)}\uff21`), 'malformed'],
    ['with Bearer before it', `Bearer ${good}`, 'malformed'],
    ['with a fourth part', `${good}.${signature}`, 'malformed'],
    ['with an empty fourth part', `${good}.`, 'malformed'],
    ['nothing at all', '', 'malformed'],
    ['only dots', '..', 'malformed'],
  ],
};

/** The form of an ECDSA signature in ASN.1, as other tools write it. */
function derOf(raw: Buffer): Buffer {
  const integer = (part: Buffer) => Buffer.concat([Buffer.from([2, part.length + 1, 0]), part]);
  const both = Buffer.concat([integer(raw.subarray(0, 32)), integer(raw.subarray(32))]);
  return Buffer.concat([Buffer.from([0x30, both.length]), both]);
}

tryAttacks(suites);
