import type { TenantConfig } from '../tenants/schema.ts';
import { normalise } from './normalise.ts';
import { rulesOf } from './rules-of.ts';
import type { RuleRef } from './schema.ts';

/** Which rule refused, and the reason that the person reads. */
export interface Refusal {
  readonly reason: string;
  readonly rule: RuleRef;
}

/** A tenant's input rules, made ready once per configuration. */
export type Screen = (query: string) => Refusal | undefined;

/** Compiles the input rules. The tenant's own refusal rules speak before the sensitive patterns. */
export function compileScreen(config: TenantConfig): Screen {
  // A pattern of invisible characters alone normalises to nothing, and nothing is found in every text.
  const literals = rulesOf(config)
    .filter(({ where, shadow }) => where !== 'output' && !shadow)
    .map(({ pattern, reason, ref }) => ({ pattern: normalise(pattern), refusal: { reason, rule: ref } }))
    .filter(({ pattern }) => pattern !== '');
  return (query) => {
    const text = normalise(query);
    return literals.find(({ pattern }) => text.includes(pattern))?.refusal;
  };
}
