import { z } from 'zod';
import { readEnvironment } from '../../core/environment/read-environment.ts';
import { publicJwksSchema } from '../../core/identity/service-keys.ts';
import { tenantCredentialsEnvironment } from '../../core/tenants/create-tenant-credentials.ts';

const publicJwks = z.string().transform((text, context) => {
  try {
    return publicJwksSchema.parse(JSON.parse(text)).keys;
  } catch {
    context.addIssue({ code: 'custom', message: 'must be a JWK set of public Ed25519 keys' });
    return z.NEVER;
  }
});
const count = (otherwise: number, max: number) => z.coerce.number().int().min(1).max(max).default(otherwise);

const schema = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535),
  TABLE_NAME: z.string().min(1),
  DOCUMENTS_BUCKET: z.string().min(1),
  ...tenantCredentialsEnvironment,
  EMBEDDER_MODEL_PATH: z.string().min(1),
  EMBEDDER_TOKENIZER_PATH: z.string().min(1),
  /** Public halves of the keys that the router signs service tokens with. */
  SERVICE_PUBLIC_JWKS: publicJwks,
  EMBEDDER_THREADS: count(1, 64),
  /** Threads that search; a tenant is always searched by the same one. */
  RAG_SEARCH_THREADS: count(1, 64),
  RAG_MAX_TENANTS: count(200, 100_000),
  RAG_MAX_INDEX_MB: count(512, 1_000_000),
  RAG_MAX_IN_FLIGHT: count(64, 10_000),
});
export type RagEnvironment = z.output<typeof schema>;

export const ragEnvironment = (source: NodeJS.ProcessEnv): RagEnvironment => readEnvironment(schema, source);
