import { z } from 'zod';
import {
  blockedToolSchema,
  linkHostSchema,
  redactionSchema,
  refusalRuleSchema,
  sensitivePatternSchema,
} from '../guardrails/schema.ts';
import { standings } from '../identity/roles.ts';
import { tenantIdText } from './tenant-id.ts';

/** What a chat can be about: how it is recognised, and how it is answered. */
export const routeSchema = z.strictObject({
  id: z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/, 'must be upper case letters, digits and underscores'),
  description: z.string().min(1).max(500),
  examples: z.array(z.string().min(1).max(300)).max(32).default([]),
  instructions: z.string().max(4_000).default(''),
  tools: z.array(z.string().max(64)).max(32).default([]),
  /** Whether answers on this route come from the tenant's documents. */
  retrieval: z.boolean().default(true),
  /** What happens when the documents cannot be searched: answer and say so, or refuse. */
  on_unavailable: z.enum(['answer', 'refuse']).default('answer'),
});

/** Which standings something is for: at least one, each once. */
const narrowedTo = z
  .array(z.enum(standings))
  .min(1)
  .max(standings.length)
  .refine((held) => new Set(held).size === held.length, 'must be different');

/** Names of routes or tools, each with whom it is for. A name is looked up with `Object.hasOwn`: it may be any text. */
export const narrowingSchema = z
  .record(z.string().min(1).max(64), narrowedTo, {
    error: ({ code }) => (code === 'invalid_key' ? 'must be named with 1 to 64 characters' : undefined),
  })
  .refine((names) => Object.keys(names).length <= 200, 'may have at most 200 names');

/** US dollars down to a millionth: the number that stands nearest to a whole number of millionths. */
const dollars = z
  .number()
  .min(0.000_001)
  .max(1_000_000)
  .refine((usd) => Math.round(usd * 1e6) / 1e6 === usd, 'may have at most 6 decimals');

/**
 * A tenant's configuration, as `GET|PUT /tenant/{tenant_id}/config` carries it. The first seven fields are the
 * documented contract; the rest are optional with safe defaults.
 */
export const tenantConfigSchema = z.strictObject({
  tenant_id: tenantIdText,
  blocked_tools: z.array(blockedToolSchema).max(200).default([]),
  sensitive_prompt_patterns: z.array(sensitivePatternSchema).max(200).default([]),
  refusal_rules: z.array(refusalRuleSchema).max(200).default([]),
  rate_limit_per_minute: z.int().min(1).max(1_000_000).default(60),
  rate_limit_per_hour: z.int().min(1).max(10_000_000).default(1_000),
  /** Requests that may come at once; they come back at `rate_limit_per_minute`. Missing: as many as that. */
  burst_per_minute: z.int().min(1).max(1_000_000).optional(),
  /** Tokens of the engine, prompts and answers together. Missing: no such limit, as with the two below. */
  tokens_per_minute: z.int().min(1).max(100_000_000).optional(),
  /** What the engine may cost on a UTC day. */
  cost_usd_per_day: dollars.optional(),
  /** Answers under way at once. */
  max_concurrent: z.int().min(1).max(200).optional(),
  /** Missing means every route. */
  allowed_routes: z.array(z.string().min(1).max(64)).max(200).optional(),
  /** Routes of the tenant's own, beside the built-in ones; the same id replaces a built-in one. */
  routes: z.array(routeSchema).max(32).optional(),
  /** Who may ask on a route. A route that is not named here is for everybody who may chat. */
  route_roles: narrowingSchema.optional(),
  /** For whom a tool may run. A tool that is not named here is for everybody who may chat. */
  tool_roles: narrowingSchema.optional(),
  /** What is taken out of answers. Missing: personal data of every kind and secrets are masked. */
  redaction: redactionSchema.optional(),
  /** Where links and images in answers may lead. Missing: nowhere. */
  allowed_link_hosts: z.array(linkHostSchema).max(100).optional(),
  /** Whether what was retrieved is screened, too: a piece that a rule for inputs matches is no source. */
  scan_sources: z.boolean().optional(),
  /** How long questions are kept, with personal data masked, for trying configurations on them. Missing: they are not. */
  keep_queries_hours: z.int().min(0).max(168).optional(),
});

export type Route = z.infer<typeof routeSchema>;
export type Narrowing = z.infer<typeof narrowingSchema>;
export type TenantConfig = z.infer<typeof tenantConfigSchema>;

/** A configuration as stored: `version` grows by one with every write of the tenant's configuration. */
export interface StoredConfig {
  readonly config: TenantConfig;
  readonly version: number;
}
