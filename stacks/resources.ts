/**
 * What the product consists of, as plain data: the one description from which the stages in AWS and the local
 * stage are made. Nothing here runs; names are logical, each stage prefixes its own.
 */

/** A value of a function's environment: literal, or the name or address of another resource of the stage. */
export type EnvValue =
  | { readonly literal: string }
  | { readonly table: TableName }
  | { readonly bucket: BucketName }
  | { readonly queueUrl: QueueName }
  | { readonly stateMachineArn: StateMachineName }
  | { readonly secretName: SecretName }
  /** A setting of the stage, under this variable's own name; `optional` ones may be missing. */
  | { readonly setting: string; readonly optional?: true };

export interface TableResource {
  readonly partitionKey: string;
  readonly sortKey: string;
  /** Attribute with the epoch second after which an item may be cleaned away. */
  readonly ttl: string;
}

export interface BucketResource {
  /** Created objects whose key has this form are announced on the queue. */
  readonly notify: readonly { readonly prefix: string; readonly suffix: string; readonly queue: QueueName }[];
}

export interface QueueResource {
  readonly visibilityTimeoutS: number;
  readonly deadLetter?: { readonly queue: QueueName; readonly maxReceives: number };
}

export interface FunctionResource {
  /** Module and export, from the project's root. */
  readonly handler: `${string}.ts#${string}`;
  readonly memoryMb: number;
  readonly timeoutS: number;
  /** How it is reached over HTTP, if it is: a streaming or a buffered function URL. */
  readonly url?: 'streaming' | 'buffered';
  /** Built into a zip, or part of the RAG service's image (native code, model files). */
  readonly packaging: 'zip' | 'rag-service-image';
  readonly queue?: { readonly name: QueueName; readonly batchSize: number };
  /** Invoked without an event worth reading, again and again. */
  readonly schedule?: { readonly everyMinutes: number };
  readonly env: Readonly<Record<string, EnvValue>>;
}

export interface StateMachineResource {
  readonly definition: string;
  /** `${Name}` in the definition stands for the ARN of the function. */
  readonly substitutions: Readonly<Record<string, FunctionName>>;
}

export const tables = {
  main: { partitionKey: 'pk', sortKey: 'sk', ttl: 'expires_at' },
} as const satisfies Record<string, TableResource>;
export type TableName = keyof typeof tables;

export const queues = {
  ingest: { visibilityTimeoutS: 60, deadLetter: { queue: 'ingest-dead', maxReceives: 5 } },
  'ingest-dead': { visibilityTimeoutS: 60 },
} as const satisfies Record<
  string,
  { visibilityTimeoutS: number; deadLetter?: { queue: string; maxReceives: number } }
>;
export type QueueName = keyof typeof queues;

export const buckets = {
  documents: { notify: [{ prefix: 'tenants/', suffix: '/original', queue: 'ingest' }] },
} as const satisfies Record<string, BucketResource>;
export type BucketName = keyof typeof buckets;

export const secrets = {
  /** `{private_jwk, public_jwk}`: the Ed25519 key of the tokens between router, RAG service and tools. */
  'service-keys': { description: 'Key of the tokens between the services' },
} as const;
/** The secret whose name operators know; its JSON holds `OPENAI_API_KEY` and `LANGSMITH_API_KEY`, both optional. */
export const OPERATOR_SECRET = 'multi-tenant-chatbot-secrets';
export type SecretName = keyof typeof secrets;

const data = {
  TABLE_NAME: { table: 'main' },
  DOCUMENTS_BUCKET: { bucket: 'documents' },
} as const satisfies Record<string, EnvValue>;

const embedder = {
  EMBEDDER_MODEL_PATH: { setting: 'EMBEDDER_MODEL_PATH' },
  EMBEDDER_TOKENIZER_PATH: { setting: 'EMBEDDER_TOKENIZER_PATH' },
} as const satisfies Record<string, EnvValue>;

const access = {
  AUTH_MODES: { setting: 'AUTH_MODES' },
} as const satisfies Record<string, EnvValue>;

export const functions = {
  chat: {
    handler: 'functions/chat.ts#handler',
    memoryMb: 1024,
    timeoutS: 120,
    url: 'streaming',
    packaging: 'zip',
    env: {
      ...data,
      ...access,
      SERVICE_KEYS_SECRET_NAME: { secretName: 'service-keys' },
      SECRETS_MANAGER_SECRET_NAME: { literal: OPERATOR_SECRET },
      RAG_SERVICE_URL: { setting: 'RAG_SERVICE_URL' },
      VLLM_SERVICE_URL: { setting: 'VLLM_SERVICE_URL' },
      VLLM_MODEL: { setting: 'VLLM_MODEL', optional: true },
      VLLM_API_KEY: { setting: 'VLLM_API_KEY', optional: true },
      ORCHESTRATOR_URL: { setting: 'ORCHESTRATOR_URL', optional: true },
      ANSWER_MODE: { setting: 'ANSWER_MODE', optional: true },
    },
  },
  admin: {
    handler: 'functions/admin.ts#handler',
    memoryMb: 512,
    timeoutS: 30,
    url: 'buffered',
    packaging: 'zip',
    env: {
      ...data,
      ...access,
      TENANT_CREATION: { setting: 'TENANT_CREATION', optional: true },
    },
  },
  'ingest-start': {
    handler: 'workflows/ingest/start.task.ts#handler',
    memoryMb: 256,
    timeoutS: 30,
    packaging: 'zip',
    queue: { name: 'ingest', batchSize: 10 },
    env: { ...data, INGEST_STATE_MACHINE_ARN: { stateMachineArn: 'ingest' } },
  },
  'ingest-parse': {
    handler: 'workflows/ingest/parse.task.ts#handler',
    memoryMb: 1024,
    timeoutS: 60,
    packaging: 'zip',
    env: data,
  },
  'ingest-chunk': {
    handler: 'workflows/ingest/chunk.task.ts#handler',
    memoryMb: 1024,
    timeoutS: 60,
    packaging: 'zip',
    env: data,
  },
  'ingest-embed': {
    handler: 'workflows/ingest/embed.task.ts#handler',
    memoryMb: 2048,
    timeoutS: 300,
    packaging: 'rag-service-image',
    env: { ...data, ...embedder },
  },
  'ingest-segment': {
    handler: 'workflows/ingest/segment.task.ts#handler',
    memoryMb: 2048,
    timeoutS: 120,
    packaging: 'rag-service-image',
    env: data,
  },
  'ingest-publish': {
    handler: 'workflows/ingest/publish.task.ts#handler',
    memoryMb: 512,
    timeoutS: 60,
    packaging: 'zip',
    env: data,
  },
  'ingest-sweep': {
    handler: 'workflows/ingest/sweep.task.ts#handler',
    memoryMb: 256,
    timeoutS: 60,
    packaging: 'zip',
    schedule: { everyMinutes: 5 },
    env: { ...data, INGEST_STATE_MACHINE_ARN: { stateMachineArn: 'ingest' } },
  },
  'ingest-fail': {
    handler: 'workflows/ingest/fail.task.ts#handler',
    memoryMb: 256,
    timeoutS: 30,
    packaging: 'zip',
    env: data,
  },
} as const satisfies Record<
  string,
  Omit<FunctionResource, 'queue' | 'env'> & {
    queue?: { name: QueueName; batchSize: number };
    env: Record<string, unknown>;
  }
>;
export type FunctionName = keyof typeof functions;

export const stateMachines = {
  ingest: {
    definition: 'workflows/ingest/definition.asl.json',
    substitutions: {
      ParseFunctionArn: 'ingest-parse',
      ChunkFunctionArn: 'ingest-chunk',
      EmbedFunctionArn: 'ingest-embed',
      SegmentFunctionArn: 'ingest-segment',
      PublishFunctionArn: 'ingest-publish',
      FailFunctionArn: 'ingest-fail',
    },
  },
} as const satisfies Record<string, { definition: string; substitutions: Record<string, FunctionName> }>;
export type StateMachineName = keyof typeof stateMachines;

/** Which addresses each function answers; the first match wins. The gateway of every stage routes by this. */
export const httpRoutes: readonly { readonly prefix: string; readonly function: FunctionName }[] = [
  { prefix: '/chat', function: 'chat' },
  { prefix: '/tenant', function: 'admin' },
];
