/**
 * What differs between the stages: one row a stage. What differs between accounts (domain, region, who may look at the
 * cluster) is in `installation.ts`.
 */

export interface NodePool {
  readonly instanceTypes: readonly string[];
  readonly capacity: 'ON_DEMAND' | 'SPOT';
  readonly min: number;
  readonly max: number;
  readonly diskGb: number;
}

export interface StageSettings {
  /** Zones with nodes and a way out; subnets are in two at least, since EKS asks for that. */
  readonly zones: 1 | 2 | 3;
  /** Ways out to the internet (JWKS of identity providers, HTTPS tools): one for all zones, or one each. */
  readonly nat: 'one' | 'each-zone';
  /** Private ways to more services of AWS than S3 and DynamoDB; they cost by the hour, and without them NAT serves. */
  readonly interfaceEndpoints: boolean;
  /** What answers on the internet for the streaming function. */
  readonly streamingFront: 'function-url' | 'api-gateway';
  /** CloudFront and WAF in front, and the origin secret between them and the functions. */
  readonly guardedFront: boolean;
  /**
   * Requests that one address may make in five minutes before WAF turns it away: a guard against floods. Well above what
   * a tenant may ask, since a whole company or a server of a tenant comes from one address.
   */
  readonly maxRequestsPerAddress: number;
  /** Data, keys, secrets and the cluster survive their removal from the app, and `sst remove` is refused. */
  readonly retained: boolean;
  readonly logRetentionDays: 7 | 30 | 90 | 365;
  /** How long replaced and deleted versions of objects are kept. */
  readonly oldVersionDays: number;
  /** How long a deleted key, and in a retained stage a secret, can still be brought back. */
  readonly recoveryDays: 7 | 30;
  /** Alarms, and the topic that they go to. */
  readonly alarms: boolean;
  readonly cluster: {
    readonly version: string;
    /** The API of the cluster answers inside the network only. */
    readonly privateApi: boolean;
    readonly cpu: NodePool;
    /** Absent: the engine is somebody else's, by its URL. */
    readonly gpu?: NodePool;
  };
  /** What the engine in the cluster serves; absent without GPU nodes. */
  readonly model?: { readonly id: string; readonly maxTokens: number };
  /** Executions of the chat function at the same time, so that one stage cannot use up the account's. */
  readonly chatConcurrency: number;
  /** Price that requests are charged with, in USD for a million tokens. */
  readonly price: { readonly promptUsdPerMillion: number; readonly completionUsdPerMillion: number };
}

export const stageNames = ['dev', 'staging', 'prod'] as const;
export type StageName = (typeof stageNames)[number];

export const settings: Readonly<Record<StageName, StageSettings>> = {
  dev: {
    zones: 1,
    nat: 'one',
    interfaceEndpoints: false,
    streamingFront: 'function-url',
    guardedFront: false,
    maxRequestsPerAddress: 1_000,
    retained: false,
    logRetentionDays: 7,
    oldVersionDays: 1,
    recoveryDays: 7,
    alarms: false,
    cluster: {
      version: '1.35',
      privateApi: false,
      cpu: { instanceTypes: ['t3.large'], capacity: 'SPOT', min: 1, max: 2, diskGb: 30 },
    },
    chatConcurrency: 20,
    price: { promptUsdPerMillion: 0.1, completionUsdPerMillion: 0.4 },
  },
  staging: {
    zones: 2,
    nat: 'one',
    interfaceEndpoints: true,
    streamingFront: 'function-url',
    guardedFront: true,
    maxRequestsPerAddress: 5_000,
    retained: false,
    logRetentionDays: 30,
    oldVersionDays: 7,
    recoveryDays: 7,
    alarms: true,
    cluster: {
      version: '1.35',
      privateApi: true,
      cpu: { instanceTypes: ['m7i.large', 'm6i.large'], capacity: 'SPOT', min: 2, max: 4, diskGb: 50 },
      gpu: {
        instanceTypes: ['g6.xlarge', 'g5.xlarge'],
        capacity: 'SPOT',
        min: 1,
        max: 2,
        diskGb: 150,
      },
    },
    model: { id: 'Qwen/Qwen2.5-7B-Instruct-AWQ', maxTokens: 16_384 },
    chatConcurrency: 50,
    price: { promptUsdPerMillion: 0.1, completionUsdPerMillion: 0.4 },
  },
  prod: {
    zones: 3,
    nat: 'each-zone',
    interfaceEndpoints: true,
    streamingFront: 'function-url',
    guardedFront: true,
    maxRequestsPerAddress: 10_000,
    retained: true,
    logRetentionDays: 365,
    oldVersionDays: 30,
    recoveryDays: 30,
    alarms: true,
    cluster: {
      version: '1.35',
      privateApi: true,
      cpu: {
        instanceTypes: ['m7i.xlarge', 'm6i.xlarge'],
        capacity: 'ON_DEMAND',
        min: 3,
        max: 12,
        diskGb: 100,
      },
      gpu: { instanceTypes: ['g6.2xlarge'], capacity: 'ON_DEMAND', min: 2, max: 8, diskGb: 200 },
    },
    model: { id: 'Qwen/Qwen2.5-7B-Instruct-AWQ', maxTokens: 16_384 },
    chatConcurrency: 500,
    price: { promptUsdPerMillion: 0.1, completionUsdPerMillion: 0.4 },
  },
};

/** @throws naming the stages there are, for any other name. */
export function settingsOf(stage: string): StageSettings {
  const found = Object.entries(settings).find(([name]) => name === stage)?.[1];
  if (!found)
    throw new Error(`There is no stage "${stage}"; stacks/settings.ts has ${stageNames.join(', ')}.`);
  return found;
}
