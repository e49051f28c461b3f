import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { projectDir } from './stage-dir.ts';

const models = join(projectDir, '.cache/models');

const schema = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(8787),
  ATRIUM_STAGE_DIR: z.string().min(1).default('.local'),
  VLLM_SERVICE_URL: z.url().optional(),
  VLLM_MODEL: z.string().optional(),
  VLLM_API_KEY: z.string().optional(),
  ENGINE_CONTEXT_TOKENS: z.coerce.number().int().min(256).max(10_000_000).optional(),
  ORCHESTRATOR_URL: z.url().optional(),
  /** Origins of pages elsewhere that may call from a browser; the functions say what is wrong with them. */
  CORS_ORIGINS: z.string().optional(),
  ANSWER_MODE: z.enum(['generative', 'extractive']).optional(),
  /** Whose events the streaming function gets, as in a deployed stage. */
  ATRIUM_STREAMING_FRONT: z.enum(['function-url', 'api-gateway']).default('function-url'),
  MODEL_PATH: z.string().default(join(models, 'SmolLM2-135M-Instruct.Q4_1.gguf')),
  EMBEDDER_MODEL_PATH: z.string().default(join(models, 'bge-small-en-v1.5-q.onnx')),
  EMBEDDER_TOKENIZER_PATH: z.string().default(join(models, 'bge-small-en-v1.5-tokenizer.json')),
});
export type StageSettings = z.infer<typeof schema>;

/**
 * What the person who starts the stage has set. An empty variable counts as unset.
 *
 * @throws {Error} naming the variable, or the model file that is missing.
 */
export function readSettings(env: NodeJS.ProcessEnv): StageSettings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`${issue?.path.join('.')}: ${issue?.message}`);
  }
  const settings = parsed.data;
  const needed = [settings.EMBEDDER_MODEL_PATH, settings.EMBEDDER_TOKENIZER_PATH];
  if (!settings.VLLM_SERVICE_URL) needed.push(settings.MODEL_PATH);
  const missing = needed.find((path) => !existsSync(path));
  if (missing) throw new Error(`${missing} is missing; \`npm run setup\` fetches it.`);
  return settings;
}
