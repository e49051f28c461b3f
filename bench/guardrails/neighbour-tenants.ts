import { checkRules } from '../../core/guardrails/check-rules.ts';
import { type TenantConfig, tenantConfigSchema } from '../../core/tenants/schema.ts';
import { fiftyRules, tenPatterns } from './rules.ts';
import { prose, question, tokensOf } from './texts.ts';

/** What the engine says to the steady tenant. */
export const steadyAnswer = tokensOf(prose.English.slice(0, 120));
/** What it says to the one beside it, in as many pieces to each, so that the two differ only in what rules make of them. */
const pieces = 60;
export const plainAnswer = tokensOf(prose.English).slice(0, pieces);
/** As long as tokens get, and without a `c`: no match ends, and every character goes on with many. */
export const hostileAnswer = (random: () => number) =>
  Array.from({ length: pieces }, () => alternating(random, 16));

/** Expressions that backtrack without end, or have very many states; `n` makes them different. */
const costly: readonly ((n: number) => string)[] = [
  (n) => `(a|b)*a[ab]{100}c${n}`,
  (n) => `((a+)+)+c${n}`,
  (n) => `([ab]+)*c${n}`,
  (n) => `(.*a){20}c${n}`,
  (n) => `(a|a|b|ab)*d${n}`,
  (n) => `a.{200}c${n}`,
];
/** The same, no longer than what may be looked for in answers. */
const costlyInAnswers: readonly ((n: number) => string)[] = [
  (n) => `(a|b){0,100}a[ab]{100}c${n}`,
  (n) => `((a{1,5}){1,5}){1,5}c${n}`,
  (n) => `a[ab]{200}c${n}`,
];

/** As many of the expressions as the product takes, in turn, half of its bound for questions and the rest for answers. */
function hostileRules(): Partial<TenantConfig> {
  let config = tenantConfigSchema.parse({ tenant_id: 'hostile' });
  const grow = (
    make: (source: string, n: number) => Partial<TenantConfig>,
    from: typeof costly,
    most: number,
  ) => {
    for (let n = 0, kept = 0; n < 200 && kept < most; n += 1) {
      const source = from[n % from.length]?.(n) ?? '';
      const parsed = tenantConfigSchema.safeParse({ ...config, ...make(source, n) });
      if (!parsed.success || checkRules(parsed.data).length > 0) continue;
      config = parsed.data;
      kept += 1;
    }
  };
  const asRule = (pattern: string) => ({ type: 'regex' as const, pattern, reason: 'no' });
  grow((source) => ({ refusal_rules: [...config.refusal_rules, asRule(source)] }), costly, 12);
  grow(
    (pattern, n) => ({
      redaction: { patterns: [...(config.redaction?.patterns ?? []), { name: `p${n}`, pattern }] },
    }),
    costlyInAnswers,
    32,
  );
  const { refusal_rules, redaction } = config;
  return { refusal_rules, redaction };
}

/** What stands in a configuration of the hostile tenant, for whoever reads the figures. */
export const hostileSize = () => {
  const { refusal_rules = [], redaction } = hostileRules();
  return { rules: refusal_rules.length, patterns: redaction?.patterns?.length ?? 0 };
};

const bodyOf = (query: string) => Buffer.from(JSON.stringify({ query }));
/** Without a `c`, so nothing matches and every rule looks to the end. */
function alternating(random: () => number, length = 8_000): string {
  return Array.from({ length }, () => (random() < 0.5 ? 'a' : 'b')).join('');
}

/** What the hostile tenant asks, in turn. */
export const hostileBodies = (random: () => number): readonly Buffer[] => [
  bodyOf('ab'.repeat(4_000)),
  bodyOf(alternating(random)),
  bodyOf('a'.repeat(8_000)),
  bodyOf('a'.repeat(1_000_000)),
  bodyOf(alternating(random)),
  bodyOf('a\u0301\u200b'.repeat(2_600)),
];
export const ordinaryBodies: readonly Buffer[] = [bodyOf(question)];

const generous = { rate_limit_per_minute: 100_000, rate_limit_per_hour: 1_000_000 };
const ordinaryRules = { refusal_rules: [...fiftyRules], redaction: { patterns: [...tenPatterns] } };

/** `steady` is measured; `plain` and `hostile` ask beside it, each at most `perMinute`. */
export const tenantsAt = (perMinute: number): readonly TenantConfig[] => {
  const limited = { rate_limit_per_minute: perMinute, rate_limit_per_hour: perMinute * 60 };
  return [
    tenantConfigSchema.parse({ tenant_id: 'steady', ...generous, ...ordinaryRules }),
    tenantConfigSchema.parse({ tenant_id: 'plain', ...limited, ...ordinaryRules }),
    tenantConfigSchema.parse({ tenant_id: 'hostile', ...limited, ...hostileRules() }),
  ];
};
