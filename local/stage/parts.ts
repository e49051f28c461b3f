import { join } from 'node:path';
import type { Settings } from '../aws/function-env.ts';
import { awsEnv, startMinistack } from '../aws/ministack.ts';
import { physical } from '../aws/names.ts';
import { provision } from '../aws/provision.ts';
import type { KeptSecrets } from '../aws/provision-secrets.ts';
import type { HealthAddress, PartHealth } from '../gateway/health.ts';
import { waitForHttp } from '../processes/wait-for-http.ts';
import { startNodePart } from './node-part.ts';
import type { PartSpec } from './part.ts';
import type { StageSettings } from './settings.ts';
import { projectDir, type StageDir } from './stage-dir.ts';
import { tokenIssuer } from './token-issuer.ts';

export interface StagePorts {
  readonly gateway: number;
  readonly rag: number;
  readonly model: number;
  readonly aws: number;
  /** Where the gateway takes events of task functions. */
  readonly tasks: number;
}

const address = (port: number) => `http://127.0.0.1:${port}`;

/** What the small model is started with: its prompt and answer together. */
const smallModelContextTokens = '2048';

/** What a stage is made of. Its secrets are known once the emulated AWS is up. */
export class StageParts {
  readonly #dir: StageDir;
  readonly #ports: StagePorts;
  readonly #settings: StageSettings;
  /** What parts have read once; set before `rag` is started, and kept should the emulator lose it. */
  secrets: KeptSecrets | undefined;
  /** Called before an emulator that fell is started again: what was written since its last clean stop is gone. */
  awsFell: () => void = () => {};
  /** Called when it is back, and everything is made again that the stage consists of. */
  awsIsBack: () => void = () => {};

  constructor(dir: StageDir, ports: StagePorts, settings: StageSettings) {
    this.#dir = dir;
    this.#ports = ports;
    this.#settings = settings;
  }

  get endpoint(): string {
    return address(this.#ports.aws);
  }

  /** Where the gateway takes events of task functions. */
  get taskHost(): string {
    return address(this.#ports.tasks);
  }

  /** What functions may ask for, see `setting` in the resources. */
  get functionSettings(): Settings {
    const own = this.#settings;
    return {
      AUTH_MODES: 'header,jwt,key',
      AUTH_ISSUERS: tokenIssuer(this.#dir.path).trusted,
      CORS_ORIGINS: own.CORS_ORIGINS,
      TENANT_CREATION: 'owner',
      RAG_SERVICE_URL: address(this.#ports.rag),
      VLLM_SERVICE_URL: own.VLLM_SERVICE_URL ?? address(this.#ports.model),
      VLLM_MODEL: own.VLLM_MODEL,
      VLLM_API_KEY: own.VLLM_API_KEY,
      ENGINE_CONTEXT_TOKENS: own.VLLM_SERVICE_URL
        ? own.ENGINE_CONTEXT_TOKENS?.toString()
        : smallModelContextTokens,
      ORCHESTRATOR_URL: own.ORCHESTRATOR_URL,
      ANSWER_MODE: own.ANSWER_MODE ?? (own.VLLM_SERVICE_URL ? 'generative' : 'extractive'),
      EMBEDDER_MODEL_PATH: own.EMBEDDER_MODEL_PATH,
      EMBEDDER_TOKENIZER_PATH: own.EMBEDDER_TOKENIZER_PATH,
    };
  }

  /** Address of an engine that is somebody else's. */
  get externalEngine(): string | undefined {
    return this.#settings.VLLM_SERVICE_URL;
  }

  /** Undefined when the engine is somebody else's. */
  get model(): PartSpec | undefined {
    if (this.externalEngine) return undefined;
    const { model: port } = this.#ports;
    const log = this.#dir.log('model');
    const { MODEL_PATH, VLLM_API_KEY } = this.#settings;
    return {
      name: 'model',
      purpose: 'inference engine: a small model behind the API of vLLM',
      url: address(port),
      log,
      start: (_again, started) =>
        startNodePart({
          started,
          entry: 'local/model/main.ts',
          env: {
            ...this.#base(),
            PORT: String(port),
            MODEL_PATH,
            MODEL_CONTEXT_TOKENS: smallModelContextTokens,
            ...(VLLM_API_KEY && { VLLM_API_KEY }),
          },
          logPath: log,
          healthUrl: `${address(port)}/health`,
          timeoutMs: 60_000,
        }),
    };
  }

  /**
   * What every engine with the API of OpenAI has. Somebody else's engine is reported and does not decide whether the
   * stage is well: the stage can do nothing for it, and quotations need no engine.
   */
  get #modelHealth(): HealthAddress {
    const { externalEngine } = this;
    if (!externalEngine) return { url: `${address(this.#ports.model)}/health` };
    return { url: `${externalEngine.replace(/\/+$/, '').replace(/\/v1$/, '')}/v1/models`, external: true };
  }

  get aws(): PartSpec {
    const log = this.#dir.log('aws');
    return {
      name: 'aws',
      purpose: 'emulated AWS: DynamoDB, S3, SQS, Step Functions, Lambda tasks',
      url: this.endpoint,
      log,
      start: async (again, started) => {
        if (again) this.awsFell();
        const options = { port: this.#ports.aws, dir: this.#dir.aws, logPath: log };
        await startMinistack({ ...options, env: this.#base(), started });
        if (again) {
          await this.provision();
          this.awsIsBack();
        }
      },
    };
  }

  async provision(): Promise<void> {
    await provision(this.endpoint, {
      settings: this.functionSettings,
      taskHost: this.taskHost,
      ...(this.secrets && { secrets: this.secrets }),
    });
  }

  get rag(): PartSpec {
    const { rag: port } = this.#ports;
    const log = this.#dir.log('rag');
    return {
      name: 'rag',
      purpose: 'RAG service: embeds, ranks routes, searches each tenant’s index',
      url: address(port),
      log,
      start: (_again, started) =>
        startNodePart({
          started,
          entry: 'gpu/rag/main.ts',
          // The service runs in clusters, too, and knows nothing of what starts it here.
          nodeArgs: ['--import', join(projectDir, 'local/processes/end-with-parent.preload.ts')],
          env: {
            ...this.#base(),
            ...awsEnv(this.endpoint),
            HOST: '127.0.0.1',
            PORT: String(port),
            TABLE_NAME: physical('main'),
            DOCUMENTS_BUCKET: physical('documents'),
            EMBEDDER_MODEL_PATH: this.#settings.EMBEDDER_MODEL_PATH,
            EMBEDDER_TOKENIZER_PATH: this.#settings.EMBEDDER_TOKENIZER_PATH,
            SERVICE_PUBLIC_JWKS: JSON.stringify(this.secrets?.serviceKeys.public_jwks),
            OMP_NUM_THREADS: '1',
            OPENBLAS_NUM_THREADS: '1',
          },
          logPath: log,
          healthUrl: `${address(port)}/healthz`,
          timeoutMs: 60_000,
        }),
    };
  }

  get gateway(): PartSpec {
    const { gateway: port } = this.#ports;
    const log = this.#dir.log('gateway');
    const health = {
      aws: { url: `${this.endpoint}/_ministack/health` },
      rag: { url: `${this.rag.url}/healthz` },
      model: this.#modelHealth,
    };
    return {
      name: 'gateway',
      purpose: 'front door: the chat and admin functions behind their URLs',
      url: address(port),
      log,
      start: (_again, started) =>
        startNodePart({
          started,
          entry: 'local/gateway/main.ts',
          env: {
            ...this.#base(),
            ...awsEnv(this.endpoint),
            ...this.functionSettings,
            PORT: String(port),
            STAGE_TASKS_PORT: String(this.#ports.tasks),
            STAGE_STREAMING_FRONT: this.#settings.ATRIUM_STREAMING_FRONT,
            STAGE_LOG_DIR: this.#dir.logs,
            STAGE_HEALTH: JSON.stringify(health),
            STAGE_SEEDED_FILE: this.#dir.seeded,
          },
          logPath: log,
          healthUrl: `${address(port)}/healthz`,
          timeoutMs: 30_000,
          // It is up when it answers; that all parts are well is waited for at the end.
          accept: (status) => status === 200 || status === 503,
        }),
    };
  }

  /** Waits until every part is well, whether or not the sample tenants are loaded. */
  async ready(timeoutMs: number): Promise<void> {
    const accept = (_status: number, body: string) =>
      (JSON.parse(body) as { parts: PartHealth[] }).parts.every(
        ({ name, ok, external }) => ok || external || name === 'samples',
      );
    await waitForHttp(`${this.gateway.url}/healthz`, { timeoutMs, accept });
  }

  /** What every part's environment starts from: no credentials and no settings that were meant for others. */
  #base(): NodeJS.ProcessEnv {
    const { PATH, HOME, TMPDIR, TZ, NODE_EXTRA_CA_CERTS, LD_LIBRARY_PATH } = process.env;
    return {
      ...{ PATH, HOME, TMPDIR, TZ, NODE_EXTRA_CA_CERTS, LD_LIBRARY_PATH },
      LANG: 'C.UTF-8',
      // Compiled code outlives the process: the second start is the faster one.
      NODE_COMPILE_CACHE: this.#dir.cache,
    };
  }
}
