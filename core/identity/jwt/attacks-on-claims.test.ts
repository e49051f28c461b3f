import { CompactEncrypt } from 'jose';
import { claims, clockS, encoded, signed, tokenBy } from '../../../test/support/signed-tokens.ts';
import { type Attack, attackKeys, tryAttacks, type Verdict } from '../../../test/support/token-attacks.ts';

const { rs, es, other, stranger } = attackKeys;

/** Signed properly with `es`, whatever the header or the payload says. */
const header = { alg: 'ES256', typ: 'JWT', kid: 'e' };
const withHeader = (text: object | string | Uint8Array) => signed(text, claims(), es.privateKey);
const withPayload = (text: object | string | Uint8Array) => signed(header, text, es.privateKey);
const saying = (changed: Readonly<Record<string, unknown>>) => tokenBy(es, changed);

const json = JSON.stringify(claims());
/** The good payload with more text before its end, so that a member can stand twice. */
const adding = (text: string) => withPayload(`${json.slice(0, -1)},${text}}`);
/** The text of the good payload, with a number written in some way. */
const writing = (claim: 'exp' | 'iat', text: string) =>
  withPayload(json.replace(`"${claim}":${claims()[claim]}`, `"${claim}":${text}`));

/** Every value, as one claim, with the same verdict. */
const each = (claim: string, expected: Verdict, values: readonly unknown[]): Attack[] =>
  values.map((value) => [
    `${claim} ${value === undefined ? 'missing' : JSON.stringify(value).slice(0, 40)}`,
    saying({ [claim]: value }),
    expected,
  ]);

const good = tokenBy(es);
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const encrypted = await new CompactEncrypt(Buffer.from(good))
  .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM', cty: 'JWT' })
  .encrypt(rs.publicKey);
const list = (n: number, entry = 'x') => Array.from({ length: n }, () => entry);
/** A sound token of exactly this many bytes. */
const ofLength = (bytes: number) => {
  const base = saying({ pad: '' }).length;
  for (let pad = Math.floor(((bytes - base) * 3) / 4) - 3; ; pad += 1) {
    const token = saying({ pad: 'p'.repeat(pad) });
    if (token.length >= bytes) return token;
  }
};

tryAttacks({
  'RFC 8725 3.4, 3.7: one text, one reading': [
    ['alg twice', withHeader('{"alg":"none","alg":"ES256","kid":"e"}'), 'duplicate-member'],
    [
      'alg twice, the good one first',
      withHeader('{"alg":"ES256","kid":"e","alg":"none"}'),
      'duplicate-member',
    ],
    [
      'alg twice, once escaped',
      withHeader('{"alg":"ES256","kid":"e","\\u0061lg":"none"}'),
      'duplicate-member',
    ],
    ['kid twice', withHeader('{"alg":"ES256","kid":"e","kid":"e"}'), 'duplicate-member'],
    ['tenant twice', adding('"tenant_id":"t2"'), 'duplicate-member'],
    ['tenant twice, once escaped', adding('"tenant\\u005fid":"t2"'), 'duplicate-member'],
    ['exp twice', adding('"exp":1'), 'duplicate-member'],
    ['a member twice far inside', adding('"x":[{"y":{"z":1,"z":1}}]'), 'duplicate-member'],
    ['__proto__ with a tenant', adding('"__proto__":{"tenant_id":"t2"}'), 'malformed'],
    [
      '__proto__ in the header',
      withHeader('{"alg":"ES256","kid":"e","__proto__":{"alg":"none"}}'),
      'malformed',
    ],
    [
      'a constructor is only a name',
      adding('"constructor":{"prototype":{"roles":["operator"]}}'),
      'verified',
    ],
    ['the header a list', withHeader('["ES256"]'), 'malformed'],
    ['the header null', withHeader('null'), 'malformed'],
    ['the header no JSON', withHeader('alg: ES256'), 'malformed'],
    ['the header with single quotes', withHeader("{'alg':'ES256'}"), 'malformed'],
    ['the payload a list', withPayload(`[${json}]`), 'malformed'],
    ['the payload text', withPayload('"text"'), 'malformed'],
    ['the payload a number', withPayload('1'), 'malformed'],
    ['two payloads', withPayload(`${json}${json}`), 'malformed'],
    ['rubbish after the payload', withPayload(`${json}\u0000`), 'malformed'],
    ['a byte order mark', withPayload(`\ufeff${json}`), 'malformed'],
    ['UTF-16', withPayload(Buffer.from(json, 'utf16le')), 'malformed'],
    [
      'broken UTF-8',
      withPayload(Buffer.concat([Buffer.from(json.slice(0, -2)), Buffer.from([0xff, 0x22, 0x7d])])),
      'malformed',
    ],
    [
      'an overlong quote',
      withPayload(Buffer.concat([Buffer.from(json.slice(0, -1)), Buffer.from([0xc0, 0xa2])])),
      'malformed',
    ],
    ['half a pair', adding('"x":"\\ud800"'), 'malformed'],
    ['space around is no other reading', withPayload(` ${json}\n`), 'verified'],
  ],
  'RFC 8725 3.2, 3.11: other kinds of tokens': [
    ['a JWE of five parts', encrypted, 'malformed'],
    ['a JWE cut to three', encrypted.split('.').slice(0, 3).join('.'), 'header-refused'],
    ['enc in a header', withHeader({ ...header, enc: 'A256GCM' }), 'header-refused'],
    ['a token in a token', withPayload(good), 'malformed'],
    [
      'a token in a token, announced',
      signed({ ...header, cty: 'JWT' }, good, es.privateKey),
      'header-refused',
    ],
    ['the JSON serialization', JSON.stringify({ payload: encoded(json), signatures: [] }), 'malformed'],
    ...[
      'JOSE',
      'JWE',
      'dpop+jwt',
      'logout+jwt',
      'secevent+jwt',
      'vc+sd-jwt',
      'JWT ',
      'JWT\u0000',
      '',
      'at+jwtx',
    ].map((typ): Attack => [`typ ${JSON.stringify(typ)}`, withHeader({ ...header, typ }), 'type-refused']),
    ...[null, ['JWT'], 1].map(
      (typ): Attack => [`typ ${JSON.stringify(typ)}`, withHeader({ ...header, typ }), 'type-refused'],
    ),
  ],
  'RFC 8725 3.8: who says it': [
    [
      "another issuer's key with this one's name",
      signed({ ...header, kid: 'o' }, claims(), other.privateKey),
      'key-unknown',
    ],
    ["another's key, this one's name for it", signed(header, claims(), other.privateKey), 'signature-wrong'],
    ["this one's key with the other's name", saying({ iss: 'https://other.example/' }), 'key-unknown'],
    ['the other issuer by itself', tokenBy(other, { iss: 'https://other.example/' }), 'verified'],
    ...each('iss', 'issuer-unknown', [
      undefined,
      null,
      '',
      7,
      true,
      {},
      ['https://issuer.example/'],
      'https://issuer.example',
      'https://issuer.example//',
      'HTTPS://issuer.example/',
      'https://Issuer.example/',
      'https://issuer.example/ ',
      ' https://issuer.example/',
      'https://issuer.example/\u0000',
      'https://issuer.example/?',
      'https://issuer.example/#',
      'http://issuer.example/',
      'https://issuer.example:443/',
      'https://issuer.example/../',
      'https://u@issuer.example/',
      'https://issuer.exampl\u0435/',
      'https://issuer\u3002example/',
      'https://issuer.example/\u200b',
      '__proto__',
      'constructor',
      'https://evil.example/',
    ]),
  ],
  'RFC 8725 3.9: for whom': [
    ['in a list', saying({ aud: ['x', 'atrium'] }), 'verified'],
    ...each('aud', 'audience-refused', [
      undefined,
      null,
      '',
      7,
      {},
      [],
      [[]],
      [['atrium']],
      ['atrium', 7],
      { 0: 'atrium', length: 1 },
      'Atrium',
      'ATRIUM',
      'atrium ',
      ' atrium',
      'atrium\u0000',
      'atrium,x',
      'x atrium',
      'atriu\uff4d',
      'atr\u0131um',
      'atrium-admin',
      '*',
      list(101, 'atrium'),
      ['__proto__'],
    ]),
  ],
  'RFC 7519 4.1: clocks, to the second': [
    ['expired 59 s ago', saying({ iat: clockS - 3_600, exp: clockS - 59 }), 'verified'],
    ['expired 60 s ago', saying({ exp: clockS - 60 }), 'expired'],
    ['exp a second after iat', saying({ iat: clockS + 10, exp: clockS + 11 }), 'verified'],
    ['exp at iat', saying({ iat: clockS + 10, exp: clockS + 10 }), 'claim-refused'],
    ['exp before iat', saying({ iat: clockS + 10, exp: clockS + 9 }), 'claim-refused'],
    ['exp before iat, long expired', saying({ iat: clockS, exp: clockS - 60 }), 'expired'],
    ['expired a year ago', saying({ exp: clockS - 31_536_000 }), 'expired'],
    ['exp 0', saying({ exp: 0 }), 'expired'],
    ['24 h and the leeway ahead', saying({ iat: clockS, exp: clockS + 86_460 }), 'verified'],
    ['a second more ahead', saying({ iat: clockS + 60, exp: clockS + 86_461 }), 'lives-too-long'],
    ['a life of 24 h and the leeway', saying({ iat: clockS - 50_000, exp: clockS + 36_460 }), 'verified'],
    ['a life of a second more', saying({ iat: clockS - 50_000, exp: clockS + 36_461 }), 'lives-too-long'],
    [
      'a life of a second more, near its end',
      saying({ iat: clockS - 86_520, exp: clockS - 59 }),
      'lives-too-long',
    ],
    [
      'a life of a year, near its end',
      saying({ iat: clockS - 31_536_000, exp: clockS + 60 }),
      'lives-too-long',
    ],
    ['a life from 1970 on', saying({ iat: 0 }), 'lives-too-long'],
    ['exp in milliseconds', saying({ exp: clockS * 1_000 }), 'lives-too-long'],
    ['exp the largest integer', saying({ exp: Number.MAX_SAFE_INTEGER }), 'lives-too-long'],
    ['nbf 60 s ahead', saying({ nbf: clockS + 60 }), 'verified'],
    ['nbf 61 s ahead', saying({ nbf: clockS + 61 }), 'not-yet-valid'],
    ['iat 60 s ahead', saying({ iat: clockS + 60 }), 'verified'],
    ['iat 61 s ahead', saying({ iat: clockS + 61 }), 'not-yet-valid'],
    ['exp as 1e999', writing('exp', '1e999'), 'claim-refused'],
    ['iat as -1e999', writing('iat', '-1e999'), 'claim-refused'],
    ['exp as an exponent is a number', writing('exp', '1767225700e0'), 'verified'],
    ...each('exp', 'claim-refused', [
      undefined,
      null,
      '',
      `${clockS + 60}`,
      [clockS + 60],
      {},
      true,
      clockS + 0.5,
      -1,
      2 ** 60,
    ]),
    ...each('nbf', 'claim-refused', [null, '', `${clockS}`, [clockS], {}, false, clockS - 0.5, -1]),
    ...each('iat', 'claim-refused', [undefined, null, `${clockS}`, [clockS], clockS - 0.5, -clockS]),
  ],
  'whose data': [
    ...each('tenant_id', 'tenant-refused', [
      undefined,
      null,
      '',
      7,
      true,
      {},
      [],
      ['t1'],
      ['t1', 't2'],
      { id: 't1' },
      'T1',
      't1,t2',
      't1 t2',
      ' t1',
      't1 ',
      't1\n',
      't1\u0000',
      '*',
      '../t2',
      't1/t2',
      't1#CONFIG',
      'TENANT#t1',
      '-t1',
      '_',
      '__proto__',
      '\uff541',
      't\u0661',
      'x'.repeat(64),
    ]),
    ['the longest name', saying({ tenant_id: 'x'.repeat(63) }), 'verified'],
    [
      'a tenant in another claim is not one',
      saying({ tenant_id: undefined, tenant: 't1' }),
      'tenant-refused',
    ],
    [
      'a tenant of another token, resigned by a stranger',
      tokenBy(stranger, { tenant_id: 't2' }),
      'signature-wrong',
    ],
  ],
  'who, and as what': [
    ...each('sub', 'claim-refused', [
      undefined,
      null,
      '',
      7,
      [],
      ['a'],
      {},
      'x'.repeat(201),
      'a\u0000',
      'a\nb',
      'a\u0085',
    ]),
    ...each('jti', 'claim-refused', [null, '', 7, [], 'x'.repeat(201), '\u0000']),
    ...each('roles', 'claim-refused', [
      null,
      'operator',
      { 0: 'operator' },
      [7],
      [null],
      [['operator']],
      [''],
      ['a\u0000'],
      list(101),
      ['x'.repeat(201)],
    ]),
    ...each('groups', 'claim-refused', [null, 'a', [7], [{}], [''], list(101), ['x'.repeat(201)]]),
    ...each('scope', 'claim-refused', [
      null,
      7,
      ['chat'],
      'a  b',
      ' a',
      'a ',
      'a\tb',
      'a"b',
      'ä',
      list(101).join(' '),
      'x'.repeat(201),
    ]),
    [
      'the most that is allowed',
      saying({ sub: 'x'.repeat(200), roles: list(100), scope: list(100).join(' ') }),
      'verified',
    ],
    ['no roles at all', saying({ roles: undefined }), 'verified'],
  ],
  'RFC 8725 2.6, 2.7: size and depth': [
    ['more than 8 KB', ofLength(8_193), 'too-large'],
    ['just under 8 KB', ofLength(8_189), 'verified'],
    ['a megabyte of dots', '.'.repeat(1_000_000), 'too-large'],
    ['8 KB of dots', '.'.repeat(8_192), 'malformed'],
    ['a payload 8 deep', adding(`"x":${nested(7)}`), 'verified'],
    ['a payload 9 deep', adding(`"x":${nested(8)}`), 'malformed'],
    ['a payload 2,000 deep', adding(`"x":${nested(2_000)}`), 'malformed'],
    ['a payload that never closes', withPayload('{"a":'.repeat(800)), 'malformed'],
    ['a header 4 deep', withHeader(`{"alg":"ES256","kid":"e","x":${nested(3)}}`), 'verified'],
    ['a header 5 deep', withHeader(`{"alg":"ES256","kid":"e","x":${nested(4)}}`), 'malformed'],
    [
      'a header of many members',
      withHeader(Object.fromEntries(list(200).map((_, i) => [`m${i}`, 0]))),
      'malformed',
    ],
  ],
});
