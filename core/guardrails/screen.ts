import type { TenantConfig } from '../tenants/schema.ts';
import { normalise } from './normalise.ts';
import { rulesOf, type TextRule } from './rules-of.ts';
import type { RuleRef } from './schema.ts';

/** Which rule refused, and the reason that the person reads. */
export interface Refusal {
  readonly reason: string;
  readonly rule: RuleRef;
}

/** What the rules say of a question. */
export interface Screened {
  /** Of the first rule in force that matches, in the order of `rulesOf`. */
  readonly refusal: Refusal | undefined;
  /** Rules that match and are only tried out, in the same order. */
  readonly shadow: readonly RuleRef[];
}

/** Where a rule matches first: UTF-16 offsets in the text as it was given. */
export interface RuleMatch {
  readonly rule: TextRule;
  readonly start: number;
  readonly end: number;
}

/** A tenant's rules for questions, made ready once a configuration. */
export interface Screen {
  /** @param signal ends the work where nobody waits for it any more. */
  screen(text: string, signal?: AbortSignal): Promise<Screened>;
  /** Every rule that matches, in the order of `rulesOf`, those that are only tried out as well. */
  matches(text: string, signal?: AbortSignal): Promise<RuleMatch[]>;
}

/** Compiles the rules for questions. The tenant's own refusal rules speak before the sensitive patterns. */
export function compileScreen(config: TenantConfig): Screen {
  // A pattern of invisible characters alone normalises to nothing, and nothing is found in every text.
  const literals = rulesOf(config)
    .filter(({ where }) => where !== 'output')
    .map((rule) => ({ rule, pattern: normalise(rule.pattern) }))
    .filter(({ pattern }) => pattern !== '');
  async function matches(text: string): Promise<RuleMatch[]> {
    const normal = normalise(text);
    return literals
      .filter(({ pattern }) => normal.includes(pattern))
      .map(({ rule }) => ({ rule, start: 0, end: text.length }));
  }
  return {
    matches,
    async screen(text) {
      const all = (await matches(text)).map(({ rule }) => rule);
      const first = all.find(({ shadow }) => !shadow);
      return {
        refusal: first && { reason: first.reason, rule: first.ref },
        shadow: all.filter(({ shadow }) => shadow).map(({ ref }) => ref),
      };
    },
  };
}
