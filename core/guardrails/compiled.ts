import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { Problem } from '../problems/problem.ts';
import type { TenantConfig } from '../tenants/schema.ts';
import type { TenantId } from '../tenants/tenant-id.ts';
import { compileOutputGate } from './output-gate.ts';
import type { OutputGate } from './output-gate-types.ts';
import { compileScreen, type Screen } from './screen.ts';
import { weightOfRules } from './weight-of-rules.ts';

/** Bytes that the rules of all tenants may take together, beside what is at work right now. */
const maxWeightTogether = 256_000_000;

/** A tenant's rules made ready, each half when it is first asked for. */
export interface Compiled {
  /** @throws {Problem} `unavailable`, here and below: what is stored cannot be made ready, so nothing may pass. */
  readonly screen: Screen;
  readonly gate: OutputGate;
}

/** How the halves are made. */
export interface RuleCompilers {
  readonly screen: (config: TenantConfig) => Screen;
  readonly gate: (config: TenantConfig) => OutputGate;
}

interface Kept {
  readonly print: string;
  readonly compiled: Compiled;
  /** Bytes. */
  readonly weight: number;
}

/**
 * Keeps what rules were compiled to, one configuration a tenant, of the tenants that asked last: so many, and of heavy
 * rules as many as may weigh together; those of the last one always. Configurations are compared by what they say: the hop
 * to the orchestrator, and the cache's refresh, make new objects of the same rules.
 */
export function createCompiledRules(
  compilers: RuleCompilers,
  maxTenants = 200,
  maxWeight = maxWeightTogether,
): (tenant: TenantId, config: TenantConfig) => Compiled {
  const kept = new LRUCache<TenantId, Kept>({
    max: maxTenants,
    maxSize: maxWeight,
    sizeCalculation: ({ weight }) => Math.min(weight, maxWeight),
  });
  const prints = new WeakMap<TenantConfig, string>();
  return (tenant, config) => {
    const print = prints.get(config) ?? printOf(config);
    prints.set(config, print);
    const known = kept.get(tenant);
    if (known?.print === print) return known.compiled;
    const compiled = compile(compilers, config);
    kept.set(tenant, { print, compiled, weight: weightOfRules(config) });
    return compiled;
  };
}

/** What the rules of a tenant were compiled to, in this process. */
export const compiledFor = createCompiledRules({ screen: compileScreen, gate: compileOutputGate });

/** Of the fields that decide what is compiled, and no others: a changed limit keeps the rules. */
function printOf(config: TenantConfig): string {
  const { blocked_tools, sensitive_prompt_patterns, refusal_rules, redaction, allowed_link_hosts } = config;
  const said = [blocked_tools, sensitive_prompt_patterns, refusal_rules, redaction, allowed_link_hosts];
  return createHash('sha256').update(JSON.stringify(said)).digest('base64');
}

function compile(compilers: RuleCompilers, config: TenantConfig): Compiled {
  let screen: Screen | undefined;
  let gate: OutputGate | undefined;
  return {
    get screen() {
      screen ??= orUnavailable(() => compilers.screen(config));
      return screen;
    },
    get gate() {
      gate ??= orUnavailable(() => compilers.gate(config));
      return gate;
    },
  };
}

/** Rules are checked when they are written, so this is one that an older check let through. */
function orUnavailable<T>(make: () => T): T {
  try {
    return make();
  } catch (cause) {
    throw new Problem('unavailable', 'The rules of the tenant cannot be applied right now.', {
      retryAfterS: 30,
      cause,
    });
  }
}
