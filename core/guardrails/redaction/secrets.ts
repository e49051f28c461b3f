import type { Detector } from './detector.ts';
import { swallowPem, swallowToken, swallowWord } from './swallow.ts';

/**
 * How tokens begin, and how many characters of them make it certain; the rest of them, however long, goes with them. All
 * are as their makers publish them for scanners of secrets.
 */
const tokens: readonly string[] = [
  // AWS access keys
  '(?:akia|asia|abia|acca|aroa|aida|agpa|anpa|anva|aipa)[a-z2-7]{16}',
  'gh[pousr]_[a-z0-9]{16}',
  'github_pat_[a-z0-9_]{16}',
  'gl(?:pat|dt|rt|ptt|cbt|oas|soat|ft|agent|imt|ffct)-[a-z0-9_-]{16}',
  'xox[a-z]-[a-z0-9-]{10}',
  'xapp-[0-9]-[a-z0-9-]{10}',
  // Stripe; its publishable keys are public
  '[sr]k_(?:live|test)_[a-z0-9]{10}',
  'whsec_[a-z0-9+/=]{16}',
  // Google
  'aiza[a-z0-9_-]{30}',
  'ya29[.][a-z0-9_-]{16}',
  'gocspx-[a-z0-9_-]{16}',
  'npm_[a-z0-9]{20}',
  'pypi-ageichlwas5vcmc[a-z0-9_-]{16}',
  'hf_[a-z0-9]{24}',
  'sg[.][a-z0-9_-]{16,24}[.][a-z0-9_-]{16}',
  'do[opr]_v1_[0-9a-f]{24}',
  'shp(?:at|ca|pa|ss)_[0-9a-f]{20}',
  'dckr_pat_[a-z0-9_-]{16}',
  'hv[sbr][.][a-z0-9_-]{20}',
  'lin_api_[a-z0-9]{20}',
  'glsa_[a-z0-9]{20}',
  'nvapi-[a-z0-9_-]{20}',
  'key-[0-9a-f]{32}',
  // Telegram
  '[0-9]{8,10}:aa[a-z0-9_-]{30}',
  // This product's own (`core/identity/keys/api-key-text.ts`)
  'atr_[a-z0-9][a-z0-9-]{0,62}_[0-9a-hjkmnp-tv-z]{8}_[0-9a-hjkmnp-tv-z]{8}',
  // A JSON object in base64url, which JSON Web Tokens (RFC 7519) begin with
  'eyj[a-z0-9_-]{17}',
];

/** Letters and digits mixed as nobody writes a word. */
const isMixed = (match: string) => /[0-9]/.test(match) && /[a-z]/.test(match);

const token = (expression: string): Detector => ({
  kind: 'secret',
  expression: `(?<![a-z0-9])${expression}`,
  swallow: swallowToken,
});

/** Also at the end of a name: `clientSecret`, `dbPassword`, `SecretAccessKey`. `compass` is none. */
const names =
  '(?:passw(?:ord|d)|passphrase|pwd|passwort|kennwort|contrasena|mot de passe|secret|token|credential|(?:api|access|secret|account|private|signing|encryption)[ _-]?key|' +
  '(?<![a-z0-9])(?:pass|passcode|auth))';
/** `password: "`, `password => '`, `<password>`. */
const assigned = '(?:["\'`*]{0,3} {0,2}[:=]>?["\'`*\\s]{0,4}|>)';

/** Where the value begins in `password: "…"`. */
const valueAt = (match: string) => /(?:[:=]>?|>)[\s"'`*]*/.exec(match)?.[0].length ?? 0;
const named = (match: string) => match.search(/[:=>]/) + valueAt(match);

/** Names of standards, with their numbers. */
const standard =
  /^(?:oauth|pbkdf|sha|md|utf|saml|oidc|aes|rsa|http|tls|ssl|argon|base|iso|x|ed|[rhep]s|v)[0-9]{1,5}$/;
const isOfStandards = (value: string): boolean => {
  const [first = '', ...others] = value.split(/[/_.:+-]/);
  return (
    standard.test(first) &&
    others.every((part) => /^(?:[a-z]*|[0-9]{1,4})$/.test(part) || standard.test(part))
  );
};
/** What stands there in programs and manuals: a place, a key of the keyboard, a setting, an object's property. */
const placeholder = new RegExp(
  '^(?:\\$|\\{|%|x{3}|your|example|https?:|arn:aws|[a-z]+(?:_[a-z]+)+=[0-9]*$|(?:ctrl|strg|alt|shift|cmd)[+-]|' +
    '(?:process|env|os|user|req|request|config|cfg|options|opts|args|params|props|this|self|settings|context|ctx|state|' +
    'secrets|vault|session|credentials|jwt|crypto|json|data|form|body)[.][a-z])',
);

/** What stands behind `password:` is one if it is no word, no number and no placeholder. */
export function isAssigned(match: string): boolean {
  const value = match.slice(named(match));
  return isMixed(value) && !placeholder.test(value) && !isOfStandards(value);
}

export const secrets: readonly Detector[] = [
  ...tokens.map(token),
  // OpenAI, Anthropic and those who do as they; `sk-` begins names as well, which have no digits.
  {
    kind: 'secret',
    expression: '(?<![a-z0-9])sk-(?:[a-z]{2,8}-)?[a-z0-9_-]{20}',
    holds: (match) => (match.slice(3).match(/[0-9]/g) ?? []).length > 1,
    swallow: swallowToken,
  },
  {
    kind: 'secret',
    expression: '(?<![a-z0-9])bearer [a-z0-9._~+/-]{20}',
    holds: isMixed,
    named: () => 'bearer '.length,
    swallow: swallowToken,
  },
  {
    kind: 'secret',
    expression:
      '-----begin [a-z0-9 ]{0,30}private key(?: block)?-----(?:[\\s\\\\>|]|\\\\n){0,8}(?:[a-z0-9+/=]{16}|proc-type:|version:|comment:)',
    swallow: swallowPem,
  },
  {
    kind: 'secret',
    expression: `${names}${assigned}[^\\s"'\`<>(){}\\[\\],;]{8,24}`,
    holds: isAssigned,
    named,
    swallow: swallowWord,
  },
];
