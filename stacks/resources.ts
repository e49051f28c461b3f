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
  /** Indexes over all partitions, by name. An item without the index's keys is in none of them. */
  readonly indexes: Readonly<Record<string, IndexResource>>;
}

export interface IndexResource {
  readonly partitionKey: string;
  readonly sortKey: string;
  /** What it holds of an item beside the keys. */
  readonly attributes: readonly string[];
}

export interface BucketResource {
  /** Created objects whose key has this form are announced on the queue. */
  readonly notify: readonly { readonly prefix: string; readonly suffix: string; readonly queue: QueueName }[];
}

export interface QueueResource {
  readonly visibilityTimeoutS: number;
  readonly deadLetter?: { readonly queue: QueueName; readonly maxReceives: number };
}

/** Operations on items; a transaction needs those of its parts. */
export type TableAction =
  | 'GetItem'
  | 'Query'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'ConditionCheckItem';
export type ObjectAction = 'read' | 'write' | 'list' | 'delete';

/**
 * What something may do with the data of the one tenant that it works for at the moment. It may do nothing with data
 * otherwise: in AWS it takes credentials that carry the tenant, and these are what the actions are granted to.
 */
export interface TenantData {
  readonly table: readonly TableAction[];
  readonly objects: readonly ObjectAction[];
}

/** What something may do beside reaching tenants' data. */
export interface Grants {
  readonly secrets?: readonly (SecretName | typeof OPERATOR_SECRET)[];
  /** Starts executions, and looks at them. */
  readonly executions?: { readonly of: StateMachineName; readonly list?: true };
  /** Asks which tenants there are. The one read across tenants, so it is of what `tenantList` holds, and no more. */
  readonly tenantList?: true;
}

/** A service of the cluster, behind the internal load balancer. */
export interface ServiceResource {
  readonly image: ImageName | 'engine';
  /** First label of its address inside the network. */
  readonly host: string;
  /** Where its pods are reached on every node. */
  readonly nodePort: number;
  readonly healthPath: string;
  /** Absent where no tenant's data is reached from it. */
  readonly tenantData?: TenantData;
  readonly grants?: Grants;
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
  /** Reaches the services of the cluster; everything else stays outside the network. */
  readonly network?: 'cluster';
  readonly tenantData: TenantData;
  readonly grants?: Grants;
  readonly env: Readonly<Record<string, EnvValue>>;
}

export interface StateMachineResource {
  readonly definition: string;
  /** `${Name}` in the definition stands for the ARN of the function. */
  readonly substitutions: Readonly<Record<string, FunctionName>>;
}

export const tables = {
  main: {
    partitionKey: 'pk',
    sortKey: 'sk',
    ttl: 'expires_at',
    indexes: {
      /** Which tenants there are. Only the item with a tenant's configuration is listed. */
      tenants: { partitionKey: 'listed', sortKey: 'pk', attributes: ['version', 'created_at'] },
    },
  },
} as const satisfies Record<string, TableResource>;
export type TableName = keyof typeof tables;

/** The index that lists the tenants, in the table that it is of. */
export const tenantList = { table: 'main', index: 'tenants' } as const satisfies {
  table: TableName;
  index: string;
};

export const queues = {
  /** Six times as long as its function may take, as Lambda advises: a batch that is throttled is not told twice. */
  ingest: { visibilityTimeoutS: 90, deadLetter: { queue: 'ingest-dead', maxReceives: 5 } },
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
  /** `{private_jwk, public_jwks}`: the Ed25519 keys of the tokens between router, RAG service and tools. */
  'service-keys': { description: 'Key of the tokens between the services' },
  /** `{accept: [previous, current, next]}`: what the front proves itself with to the functions behind it. */
  origin: { description: 'What the front proves itself with to the functions' },
  /** `{pepper}`, base64url of 32 bytes. With another one every key of every tenant would be an unknown one. */
  'key-pepper': {
    description: 'What API keys are hashed with; every key depends on it, so it is never rotated',
  },
} as const;
/** The secret whose name operators know; its JSON holds `OPENAI_API_KEY` and `LANGSMITH_API_KEY`, both optional. */
export const OPERATOR_SECRET = 'multi-tenant-chatbot-secrets';
export type SecretName = keyof typeof secrets;

/** The log group that operators know; a line for every chat request, written by the chat function. */
export const REQUEST_LOG_GROUP = 'multi-tenant-chatbot';

/** Container images, by the name of their repository. */
export const images = ['request-router', 'orchestrator', 'rag-service'] as const;
export type ImageName = (typeof images)[number];

/** The role whose credentials carry a tenant; a stage that does not fence by credentials has none. */
const tenantRole = { TENANT_ROLE_ARN: { setting: 'TENANT_ROLE_ARN', optional: true } } as const;

const data = {
  ...tenantRole,
  TABLE_NAME: { table: 'main' },
  DOCUMENTS_BUCKET: { bucket: 'documents' },
} as const satisfies Record<string, EnvValue>;

const embedder = {
  EMBEDDER_MODEL_PATH: { setting: 'EMBEDDER_MODEL_PATH' },
  EMBEDDER_TOKENIZER_PATH: { setting: 'EMBEDDER_TOKENIZER_PATH' },
} as const satisfies Record<string, EnvValue>;

const access = {
  AUTH_MODES: { setting: 'AUTH_MODES' },
  AUTH_ISSUERS: { setting: 'AUTH_ISSUERS', optional: true },
  KEY_PEPPER_SECRET_NAME: { secretName: 'key-pepper' },
  /** Pages of other origins that may call from a browser; without it none. */
  CORS_ORIGINS: { setting: 'CORS_ORIGINS', optional: true },
  /** Set where something stands in front that alone may call. */
  ORIGIN_SECRET_NAME: { setting: 'ORIGIN_SECRET_NAME', optional: true },
  /** Another one is another environment, so no process goes on with secrets from before. */
  ORIGIN_SECRET_GENERATION: { setting: 'ORIGIN_SECRET_GENERATION', optional: true },
} as const satisfies Record<string, EnvValue>;

/**
 * A step of ingestion. It lists to tell a missing object from a forbidden one, and removes its own work where the
 * document was deleted meanwhile.
 */
const step = {
  table: ['GetItem', 'UpdateItem'],
  objects: ['read', 'write', 'list', 'delete'],
} as const satisfies TenantData;

/** Ends or restarts an attempt, and removes the work that it left. */
const attemptEnd = {
  table: ['GetItem', 'UpdateItem'],
  objects: ['list', 'delete'],
} as const satisfies TenantData;

export const functions = {
  chat: {
    handler: 'functions/chat.ts#handler',
    memoryMb: 1024,
    timeoutS: 120,
    url: 'streaming',
    packaging: 'zip',
    network: 'cluster',
    tenantData: { table: ['GetItem', 'PutItem', 'UpdateItem'], objects: [] },
    grants: { secrets: ['service-keys', 'origin', 'key-pepper', OPERATOR_SECRET] },
    env: {
      ...data,
      ...access,
      SERVICE_KEYS_SECRET_NAME: { secretName: 'service-keys' },
      SERVICE_KEYS_GENERATION: { setting: 'SERVICE_KEYS_GENERATION', optional: true },
      SECRETS_MANAGER_SECRET_NAME: { literal: OPERATOR_SECRET },
      RAG_SERVICE_URL: { setting: 'RAG_SERVICE_URL' },
      VLLM_SERVICE_URL: { setting: 'VLLM_SERVICE_URL' },
      VLLM_MODEL: { setting: 'VLLM_MODEL', optional: true },
      VLLM_API_KEY: { setting: 'VLLM_API_KEY', optional: true },
      ORCHESTRATOR_URL: { setting: 'ORCHESTRATOR_URL', optional: true },
      ANSWER_MODE: { setting: 'ANSWER_MODE', optional: true },
      PROMPT_USD_PER_MILLION: { setting: 'PROMPT_USD_PER_MILLION', optional: true },
      COMPLETION_USD_PER_MILLION: { setting: 'COMPLETION_USD_PER_MILLION', optional: true },
      /** The most that a request can come to, prompt and answer together. */
      ENGINE_CONTEXT_TOKENS: { setting: 'ENGINE_CONTEXT_TOKENS', optional: true },
    },
  },
  admin: {
    handler: 'functions/admin.ts#handler',
    memoryMb: 512,
    timeoutS: 30,
    url: 'buffered',
    packaging: 'zip',
    tenantData: {
      table: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
      objects: ['read', 'write', 'list', 'delete'],
    },
    grants: { secrets: ['origin', 'key-pepper'], tenantList: true },
    env: {
      ...data,
      ...access,
      TENANT_CREATION: { setting: 'TENANT_CREATION', optional: true },
    },
  },
  'ingest-start': {
    handler: 'workflows/ingest/start.task.ts#handler',
    memoryMb: 256,
    timeoutS: 15,
    packaging: 'zip',
    queue: { name: 'ingest', batchSize: 10 },
    tenantData: attemptEnd,
    grants: { executions: { of: 'ingest' } },
    env: { ...data, INGEST_STATE_MACHINE_ARN: { stateMachineArn: 'ingest' } },
  },
  'ingest-parse': {
    handler: 'workflows/ingest/parse.task.ts#handler',
    memoryMb: 1024,
    timeoutS: 60,
    packaging: 'zip',
    tenantData: step,
    env: data,
  },
  'ingest-chunk': {
    handler: 'workflows/ingest/chunk.task.ts#handler',
    memoryMb: 1024,
    timeoutS: 60,
    packaging: 'zip',
    tenantData: step,
    env: data,
  },
  'ingest-embed': {
    handler: 'workflows/ingest/embed.task.ts#handler',
    memoryMb: 2048,
    timeoutS: 300,
    packaging: 'rag-service-image',
    tenantData: step,
    env: { ...data, ...embedder },
  },
  'ingest-segment': {
    handler: 'workflows/ingest/segment.task.ts#handler',
    memoryMb: 2048,
    timeoutS: 120,
    packaging: 'rag-service-image',
    tenantData: step,
    env: data,
  },
  'ingest-publish': {
    handler: 'workflows/ingest/publish.task.ts#handler',
    memoryMb: 512,
    timeoutS: 60,
    packaging: 'zip',
    tenantData: step,
    env: data,
  },
  'ingest-sweep': {
    handler: 'workflows/ingest/sweep.task.ts#handler',
    memoryMb: 256,
    timeoutS: 60,
    packaging: 'zip',
    schedule: { everyMinutes: 5 },
    tenantData: attemptEnd,
    grants: { executions: { of: 'ingest', list: true } },
    env: { ...data, INGEST_STATE_MACHINE_ARN: { stateMachineArn: 'ingest' } },
  },
  'admission-sweep': {
    handler: 'workflows/admission/sweep.task.ts#handler',
    memoryMb: 256,
    timeoutS: 240,
    packaging: 'zip',
    schedule: { everyMinutes: 5 },
    tenantData: { table: ['GetItem', 'UpdateItem'], objects: [] },
    grants: { tenantList: true },
    env: { ...tenantRole, TABLE_NAME: { table: 'main' } },
  },
  'ingest-fail': {
    handler: 'workflows/ingest/fail.task.ts#handler',
    memoryMb: 256,
    timeoutS: 30,
    packaging: 'zip',
    tenantData: attemptEnd,
    env: data,
  },
} as const satisfies Record<
  string,
  Omit<FunctionResource, 'queue' | 'env' | 'grants'> & {
    queue?: { name: QueueName; batchSize: number };
    grants?: {
      secrets?: readonly string[];
      executions?: { of: string; list?: true };
      tenantList?: true;
    };
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

/** What runs in the cluster for the functions. The node ports are theirs alone, out of Kubernetes' range. */
export const services = {
  rag: {
    image: 'rag-service',
    host: 'rag',
    nodePort: 30080,
    healthPath: '/healthz',
    tenantData: { table: ['GetItem'], objects: ['read'] },
  },
  orchestrator: {
    image: 'orchestrator',
    host: 'orchestrator',
    nodePort: 30081,
    healthPath: '/healthz',
    grants: { secrets: ['service-keys', OPERATOR_SECRET] },
  },
  engine: { image: 'engine', host: 'engine', nodePort: 30082, healthPath: '/health' },
} as const satisfies Record<string, ServiceResource>;
export type ServiceName = keyof typeof services;

/** Which addresses each function answers, `/chat` and all below `/chat/`; the first match wins. The gateway of every stage routes by this. */
export const httpRoutes: readonly { readonly prefix: string; readonly function: FunctionName }[] = [
  { prefix: '/chat', function: 'chat' },
  { prefix: '/tenants', function: 'admin' },
  { prefix: '/tenant', function: 'admin' },
];
