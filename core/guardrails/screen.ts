import type { TenantConfig } from '../tenants/schema.ts';
import { normalise } from './normalise.ts';

/** Which rule refused, and the reason that the person reads. */
export interface Refusal {
  readonly reason: string;
  readonly rule: { readonly kind: 'refusal_rule' | 'sensitive_prompt'; readonly index: number };
}

/** A tenant's input rules, made ready once per configuration. */
export type Screen = (query: string) => Refusal | undefined;

/** Compiles the input rules. The tenant's own refusal rules speak before the sensitive patterns. */
export function compileScreen(config: TenantConfig): Screen {
  const rules = config.refusal_rules.map((rule, index) => ({
    pattern: normalise(rule.pattern),
    refusal: { reason: rule.reason, rule: { kind: 'refusal_rule', index } } satisfies Refusal,
  }));
  const sensitive = config.sensitive_prompt_patterns.map((pattern, index) => ({
    pattern: normalise(pattern),
    refusal: { reason: 'Sensitive prompt', rule: { kind: 'sensitive_prompt', index } } satisfies Refusal,
  }));
  // A pattern of invisible characters alone normalises to nothing, and nothing is found in every text.
  const literals = [...rules, ...sensitive].filter(({ pattern }) => pattern !== '');
  return (query) => {
    const text = normalise(query);
    return literals.find(({ pattern }) => text.includes(pattern))?.refusal;
  };
}
