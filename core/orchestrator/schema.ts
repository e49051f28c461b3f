import { z } from 'zod';
import { type Guarded, ruleRefSchema } from '../guardrails/schema.ts';
import { visibleText } from '../guardrails/text/visible-text.ts';
import { groupsSchema } from '../identity/groups.ts';
import { standings } from '../identity/roles.ts';
import { problems } from '../problems/problem.ts';
import { tenantConfigSchema } from '../tenants/schema.ts';
import { languageTag } from './language-tag.ts';

const maxQueryLength = 8_000;
/** Of a question as it is sent, with what is not seen: nothing is done with more than that. */
const maxSentLength = 32_000;

/** Body of `POST /chat`. Only `query` is required; unknown members are ignored. */
export const chatRequestSchema = z.object({
  /** Compared with the caller's; whether it is well-formed is for the authenticator to say. */
  tenant_id: z.string().optional(),
  user_id: z.string().min(1).max(200).optional(),
  session_id: z.string().min(1).max(200).optional(),
  /** Rules, retrieval and the model get the same: what a person sees of it. */
  query: z
    .string()
    .max(maxSentLength, `must be at most ${maxQueryLength} characters`)
    .transform(visibleText)
    .pipe(z.string().trim().min(1).max(maxQueryLength)),
  /** It stands in what the engine is told, where rules do not look: `languageTag` leaves no room for words. */
  locale: z
    .string()
    .max(35)
    .transform((tag, context) => {
      const short = languageTag(tag);
      if (short === undefined) context.addIssue({ code: 'custom', message: 'must be a language tag' });
      return short ?? z.NEVER;
    })
    .optional(),
});
export type ChatRequest = z.infer<typeof chatRequestSchema>;

/** What the router hands to the orchestrator, in its own process or over `ORCHESTRATOR_URL`. The tenant is in the service token. */
export const orchestrateRequestSchema = z.object({
  message_id: z.string(),
  session_id: z.string(),
  user_id: z.string(),
  query: z.string(),
  locale: z.string(),
  /** Of the one who asks: no answer comes from a document of other groups alone. */
  groups: groupsSchema,
  /** What the one who asks is: routes and tools may be narrowed to some. */
  standings: z.array(z.enum(standings)).max(standings.length),
  config: tenantConfigSchema,
});
export type OrchestrateRequest = z.infer<typeof orchestrateRequestSchema>;

export const finishReasons = ['stop', 'length', 'refusal', 'cancelled'] as const;

const chunkRef = z.object({ id: z.string(), document_id: z.string(), title: z.string(), score: z.number() });

/** The events of a chat answer, by name, in the order of their first appearance. */
export const chatEventSchemas = {
  start: z.object({ message_id: z.string(), tenant_id: z.string(), session_id: z.string() }),
  route: z.object({ route: z.string(), confidence: z.number().min(0).max(1) }),
  retrieval: z.object({ chunks: z.array(chunkRef), unavailable: z.literal(true).optional() }),
  tool: z.object({ run_id: z.string(), name: z.string(), status: z.string(), detail: z.string().optional() }),
  token: z.object({ text: z.string() }),
  citation: z.object({
    n: z.int().min(1),
    chunk_id: z.string(),
    document_id: z.string(),
    version: z.int(),
    title: z.string(),
    /** In the document version's text at `start`..`end` (code points, end exclusive), verbatim but for what is masked. */
    quote: z.string(),
    start: z.int(),
    end: z.int(),
    page: z.int().optional(),
    section: z.string().optional(),
  }),
  refusal: z.object({ reason: z.string(), rule: ruleRefSchema }),
  usage: z.object({
    prompt_tokens: z.int(),
    completion_tokens: z.int(),
    cached_tokens: z.int().optional(),
    cost_usd_estimate: z.number(),
    /** At admission: requests, and of a tenant with a limit on them tokens, those that this answer may use held back. */
    remaining: z.object({ minute: z.int(), hour: z.int(), tokens: z.int().optional() }),
    /** `admitted`, `cancelled`, or the rule that decided: `refusal_rule:0`, … */
    decided_by: z.string(),
  }),
  error: z.object({
    type: z.enum(Object.keys(problems).map((code) => `urn:atrium:problem:${code}`) as [string, ...string[]]),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
  }),
  done: z.object({ message_id: z.string(), finish_reason: z.enum(finishReasons), degraded: z.boolean() }),
} as const;

export type ChatEventName = keyof typeof chatEventSchemas;
export type ChatEventData<N extends ChatEventName> = z.infer<(typeof chatEventSchemas)[N]>;
export type ChatEvent = { [N in ChatEventName]: { event: N; data: ChatEventData<N> } }[ChatEventName];

/**
 * What the orchestrator answers: the chat's events without `start` and with what the engine counted in place of
 * the caller's `usage`. The router adds what only it knows: limits, price, the message's beginning. `spent` is for the
 * router alone: what the answer has come to so far, which is what counts when it is broken off. `guarded` is, too: what the
 * rules for answers did, told once, before the end.
 */
export const engineUsageSchema = z.object({
  prompt_tokens: z.int(),
  completion_tokens: z.int(),
  cached_tokens: z.int().optional(),
});
export type EngineUsage = z.infer<typeof engineUsageSchema>;
export type OrchestratorEvent =
  | Exclude<ChatEvent, { event: 'start' } | { event: 'usage' }>
  | { event: 'usage'; data: EngineUsage }
  | { event: 'spent'; data: EngineUsage }
  | { event: 'guarded'; data: Guarded };
