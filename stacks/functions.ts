import { joinsNetwork, takesMessages, writesLogs } from './access/function-policies.ts';
import { serviceTrust } from './access/policies.ts';
import { createRoles } from './access/roles.ts';
import { functionEnv } from './function-env.ts';
import type { Images } from './images.ts';
import { keep } from './keep.ts';
import type { Services } from './load-balancer.ts';
import type { Network } from './network.ts';
import {
  type FunctionName,
  type FunctionResource,
  functions,
  type Grants,
  REQUEST_LOG_GROUP,
} from './resources.ts';
import type { Secrets } from './secrets.ts';
import type { Stage } from './stage.ts';
import type { Storage } from './storage.ts';

export interface DeployedFunction {
  readonly name: $util.Output<string>;
  readonly arn: $util.Output<string>;
  /** The address of its function URL; absent where it has none. */
  readonly url?: $util.Output<string>;
  /** For an API in front of it: buffered and streaming. */
  readonly invokeArn: $util.Output<string>;
  readonly streamingInvokeArn: $util.Output<string>;
}
export type Functions = Readonly<Record<FunctionName, DeployedFunction>>;

interface Parts {
  readonly network: Network;
  readonly storage: Storage;
  readonly secrets: Secrets;
  readonly images: Images;
  readonly services: Services;
}

/** What is the same for a function of either packaging. */
interface Described {
  readonly name: FunctionName;
  readonly resource: FunctionResource;
  readonly roleArn: $util.Output<string>;
  readonly logGroup: $util.Output<string>;
  readonly env: Record<string, $util.Input<string>>;
}

/** Where the models lie in the RAG service's image. */
const models = '/opt/models';

/** Beside its own lines, the log that operators know holds what Lambda warns of, and no line for every invocation. */
const systemLogLevel = (name: FunctionName) => (name === 'chat' ? 'WARN' : 'INFO');

/**
 * Lines are JSON and written by the code as they are; with the format JSON, Lambda's own are too. X-Ray is off: the
 * code's own measures say what a trace would, and a tracing role takes permissions on everything.
 */
const logFormat = 'JSON';

/** Every function that `resources.ts` names. */
export function createFunctions(stage: Stage, parts: Parts): Functions {
  const made = (Object.keys(functions) as FunctionName[]).map((name): [FunctionName, DeployedFunction] => {
    const resource: FunctionResource = functions[name];
    const described = describe(stage, parts, name, resource);
    const create = resource.packaging === 'zip' ? createZipFunction : createImageFunction;
    return [name, create(stage, parts, described)];
  });
  return Object.fromEntries(made) as Record<FunctionName, DeployedFunction>;
}

function describe(stage: Stage, parts: Parts, name: FunctionName, resource: FunctionResource): Described {
  const { storage } = parts;
  const logName = name === 'chat' ? REQUEST_LOG_GROUP : `/${$app.name}/${stage.name}/${name}`;
  const log = new aws.cloudwatch.LogGroup(
    `${name}-log`,
    { name: logName, retentionInDays: stage.settings.logRetentionDays, kmsKeyId: storage.keyArn },
    name === 'chat' ? keep(stage) : {},
  );
  const { queue } = resource;
  const ownArn = stage.arn('lambda', `function:${stage.physical(name)}`);
  const more = storage.keyArn.apply((keyArn) => [
    writesLogs(stage, logName),
    ...(queue ? takesMessages(stage, stage.arn('sqs', stage.physical(queue.name)), keyArn) : []),
    ...(resource.network ? joinsNetwork(ownArn) : []),
  ]);
  const roles = createRoles(stage, name, serviceTrust(stage, 'lambda'), {
    keyArn: storage.keyArn,
    tenantData: resource.tenantData,
    grants: grantsOf(stage, resource),
    more,
  });
  return {
    name,
    resource,
    roleArn: roles.roleArn,
    logGroup: log.name,
    env: functionEnv(stage, resource.env, settingsOf(stage, parts, roles.tenantRoleArn)),
  };
}

/** A stage whose front is not guarded has no origin secret to read. */
function grantsOf(stage: Stage, { grants = {} }: FunctionResource): Grants {
  const { secrets = [], ...others } = grants;
  return { ...others, secrets: secrets.filter((each) => each !== 'origin' || stage.settings.guardedFront) };
}

/** What functions may ask for, see `setting` in the resources. */
function settingsOf(
  stage: Stage,
  { services, secrets }: Parts,
  tenantRoleArn: $util.Output<string> | undefined,
): Record<string, $util.Input<string> | undefined> {
  const { installation, settings } = stage;
  return {
    TENANT_ROLE_ARN: tenantRoleArn,
    // Known once keys have their pepper, so no function that takes keys looks for one that is not there.
    AUTH_MODES: secrets.arns['key-pepper']?.apply(() => installation.authModes),
    AUTH_ISSUERS: installation.authIssuers,
    CORS_ORIGINS: installation.corsOrigins,
    TENANT_CREATION: installation.tenantCreation,
    // Known once the secret has its values, so no function looks for one that is not there.
    ORIGIN_SECRET_NAME: secrets.arns.origin?.apply(() => stage.physical('origin')),
    // Nobody reads these two. Another environment ends the workers that hold the values from before, which otherwise
    // would go on for hours, and take a secret that has leaked.
    ORIGIN_SECRET_GENERATION: secrets.arns.origin?.apply(() => String(installation.originSecretGeneration)),
    SERVICE_KEYS_GENERATION: secrets.arns['service-keys']?.apply(() =>
      String(installation.serviceKeyGeneration),
    ),
    RAG_SERVICE_URL: services.rag,
    VLLM_SERVICE_URL: services.engine,
    VLLM_MODEL: settings.model?.id,
    ENGINE_CONTEXT_TOKENS: settings.model && String(settings.model.maxTokens),
    ANSWER_MODE: 'generative',
    PROMPT_USD_PER_MILLION: String(settings.price.promptUsdPerMillion),
    COMPLETION_USD_PER_MILLION: String(settings.price.completionUsdPerMillion),
    EMBEDDER_MODEL_PATH: `${models}/bge-small-en-v1.5-q.onnx`,
    EMBEDDER_TOKENIZER_PATH: `${models}/bge-small-en-v1.5-tokenizer.json`,
  };
}

/** `workflows/ingest/embed.task.ts#handler` as SST and the image take it: `workflows/ingest/embed.task.handler`. */
const handlerOf = ({ handler }: FunctionResource) => handler.replace('.ts#', '.');

const vpcOf = ({ network }: Parts, resource: FunctionResource) =>
  resource.network && {
    privateSubnets: network.privateSubnetIds,
    securityGroups: $util.all([network.functionsGroupId]),
  };

/** Executions at the same time that are kept for a function, and that it never exceeds. */
const reserved = (stage: Stage, name: FunctionName) =>
  name === 'chat' ? stage.settings.chatConcurrency : undefined;

/** Streams go through a function URL, or through an API that invokes the function without one. */
const hasUrl = (stage: Stage, { url }: FunctionResource) =>
  url === 'buffered' || (url === 'streaming' && stage.settings.streamingFront === 'function-url');

function createZipFunction(stage: Stage, parts: Parts, described: Described): DeployedFunction {
  const { name, resource, roleArn, logGroup, env } = described;
  const vpc = vpcOf(parts, resource);
  const concurrency = reserved(stage, name);
  const withUrl = hasUrl(stage, resource);
  const made = new sst.aws.Function(`${name}-function`, {
    name: stage.physical(name),
    handler: handlerOf(resource),
    runtime: 'nodejs24.x',
    architecture: 'x86_64',
    memory: `${resource.memoryMb} MB`,
    timeout: `${resource.timeoutS} seconds`,
    role: roleArn,
    environment: env,
    streaming: resource.url === 'streaming',
    // Public: the function itself establishes who calls. What stands in front of it answers browsers.
    ...(withUrl && { url: { authorization: 'none', cors: false } }),
    ...(vpc && { vpc }),
    ...(concurrency !== undefined && { concurrency: { reserved: concurrency } }),
    logging: { logGroup, format: 'json' },
    transform: {
      function: (args) => {
        args.loggingConfig = { logFormat, logGroup, systemLogLevel: systemLogLevel(name) };
      },
    },
  });
  const { function: lambda } = made.nodes;
  return {
    name: made.name,
    arn: made.arn,
    ...(withUrl && { url: made.url }),
    invokeArn: lambda.invokeArn,
    streamingInvokeArn: lambda.responseStreamingInvokeArn,
  };
}

function createImageFunction(stage: Stage, { images }: Parts, described: Described): DeployedFunction {
  const { name, resource, roleArn, logGroup, env } = described;
  const made = new aws.lambda.Function(`${name}-function`, {
    name: stage.physical(name),
    packageType: 'Image',
    imageUri: images['rag-service'].ref,
    imageConfig: { commands: [handlerOf(resource)] },
    architectures: ['x86_64'],
    memorySize: resource.memoryMb,
    timeout: resource.timeoutS,
    role: roleArn,
    environment: { variables: env },
    loggingConfig: { logFormat, logGroup, systemLogLevel: systemLogLevel(name) },
  });
  return {
    name: made.name,
    arn: made.arn,
    invokeArn: made.invokeArn,
    streamingInvokeArn: made.responseStreamingInvokeArn,
  };
}
