import { z } from 'zod';

/** Where a rule looks: at questions, at answers, or at both. */
export const wheres = ['input', 'output', 'both'] as const;
export type Where = (typeof wheres)[number];

/**
 * What becomes of an answer that a rule matches: the match is masked, the answer ends as a refusal, or it is only told
 * of. A question that a rule matches is refused, whatever stands here.
 */
export const outputActions = ['mask', 'block', 'audit'] as const;
export type OutputAction = (typeof outputActions)[number];

/** Kinds of what is looked for in every answer, unless the tenant says otherwise. */
export const personalDataKinds = ['email', 'phone', 'payment_card', 'iban', 'national_id', 'secret'] as const;
export type PersonalDataKind = (typeof personalDataKinds)[number];

/** Characters of the longest match that a tenant's own pattern may have in answers: so much may be held back. */
export const maxOutputMatchLength = 256;

const ruleText = z.string().min(1).max(500);
const ruleTypes = z.enum(['contains', 'word', 'regex']);

/** Missing: questions alone, `block`, and in force. */
const acting = {
  where: z.enum(wheres).optional(),
  action: z.enum(outputActions).optional(),
  /** Counts what it would have done, and does nothing. */
  shadow: z.boolean().optional(),
};

/** How a text is compared: digits and signs read as the letters that they stand for (`h4ck`), which is not the default. */
const leet = z.boolean().optional();

/** One rule that turns a matching question or answer into a refusal, with the rule's own reason. */
export const refusalRuleSchema = z.strictObject({
  type: ruleTypes,
  pattern: ruleText,
  reason: z.string().min(1).max(500),
  leet,
  ...acting,
});

/** A text alone is found anywhere, as by `contains`. */
export const sensitivePatternSchema = z.union([
  ruleText,
  z.strictObject({ type: ruleTypes.optional(), pattern: ruleText, leet, ...acting }),
]);

const toolText = z.string().min(1).max(64);
/** A tool that nobody may use. A question that names it is refused; with `where`, an answer that names it as well. */
export const blockedToolSchema = z.union([toolText, z.strictObject({ name: toolText, ...acting })]);

const dataAction = z.enum([...outputActions, 'off']).optional();

/** What is taken out of answers before anybody sees it. */
export const redactionSchema = z.strictObject({
  /** By kind. Missing: `mask`. */
  email: dataAction,
  phone: dataAction,
  payment_card: dataAction,
  iban: dataAction,
  national_id: dataAction,
  secret: dataAction,
  /** The tenant's own, each a regular expression whose longest match has at most `maxOutputMatchLength` characters. */
  patterns: z
    .array(
      z.strictObject({
        /** Stands in the place of what was masked, in brackets. */
        name: z
          .string()
          .regex(/^[a-z][a-z0-9_ -]{0,31}$/, 'must be lower case letters, digits, spaces, - or _'),
        pattern: ruleText,
        action: z.enum(outputActions).optional(),
        shadow: z.boolean().optional(),
      }),
    )
    .max(32)
    .optional(),
  /** What is public: whole values, or `@` and a domain for every address there. */
  allow: z.array(z.string().min(3).max(254)).max(100).optional(),
});

/** `docs.example.com`, or `*.example.com` for all below it. */
export const linkHostSchema = z
  .string()
  .max(253)
  .regex(
    /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/,
    'must be a name of a host, lower case, in ASCII, with or without *. before it',
  );

export const ruleKinds = [
  'refusal_rule',
  'sensitive_prompt',
  'blocked_route',
  'blocked_tool',
  'output',
] as const;
/**
 * Which rule it was: its kind, and its place in the tenant's list. Of `output` it is the place in `outputGuards`, and
 * behind those in `redaction.patterns`.
 */
export const ruleRefSchema = z.object({ kind: z.enum(ruleKinds), index: z.int().min(0) });
export type RuleRef = z.infer<typeof ruleRefSchema>;

/** What the product itself looks for in answers. Places are told to clients: new ones go behind. */
export const outputGuards = ['unsearchable', ...personalDataKinds, 'link', 'canary'] as const;

/** What the rules for answers did to one answer. Each rule once, in the order in which they were met. */
export const guardedSchema = z.object({
  /** How many matches were masked. */
  masked: z.int().min(0),
  audited: z.array(ruleRefSchema),
  /** Rules that would have acted. */
  shadow: z.array(ruleRefSchema),
  /** Pieces of sources that were left out. */
  sources_left_out: z.int().min(0),
});
export type Guarded = z.infer<typeof guardedSchema>;

export type RefusalRule = z.infer<typeof refusalRuleSchema>;
export type SensitivePattern = z.infer<typeof sensitivePatternSchema>;
export type BlockedTool = z.infer<typeof blockedToolSchema>;
export type Redaction = z.infer<typeof redactionSchema>;
