import { z } from 'zod';

const textPart = z.looseObject({ type: z.literal('text'), text: z.string() });
const messageSchema = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
  content: z.union([z.string(), z.array(textPart), z.null()]).optional(),
});

/**
 * The part of a chat completion request that this server acts on. Other fields are taken and ignored, as vLLM does
 * with most of what it does not know.
 */
export const chatRequestSchema = z.looseObject({
  model: z.string().optional(),
  messages: z.array(messageSchema).min(1).max(500),
  stream: z.boolean().nullish(),
  stream_options: z
    .looseObject({
      include_usage: z.boolean().nullish(),
      /** vLLM's own: with `include_usage`, every chunk says what the answer has come to. */
      continuous_usage_stats: z.boolean().nullish(),
    })
    .nullish(),
  max_tokens: z.int().min(1).nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  seed: z.int().nullish(),
  stop: z.union([z.string().min(1), z.array(z.string().min(1)).max(16)]).nullish(),
  n: z.literal(1).nullish(),
  /** Prompts share computed prefixes only within one salt; an empty one is an error, as with vLLM. */
  cache_salt: z.string().min(1).nullish(),
});
export type ChatRequest = z.infer<typeof chatRequestSchema>;

/** The text of a message; parts are joined. */
export function textOf(content: ChatRequest['messages'][number]['content']): string {
  if (content === undefined || content === null) return '';
  return typeof content === 'string' ? content : content.map((part) => part.text).join('');
}
