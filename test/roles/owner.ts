import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  CreateStateMachineCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { createDynamoAdmission } from '../../core/admission/admission.dynamo.ts';
import { budgetsOf } from '../../core/admission/budgets-of.ts';
import { limitsOf } from '../../core/admission/limits.ts';
import { createTenantTables } from '../../core/aws/tenant-tables.ts';
import { acceptUpload } from '../../core/documents/accept-upload.ts';
import type { AttemptRef } from '../../core/documents/document.ts';
import { cutDocument } from '../../core/documents/ingest/cut-document.ts';
import { embedDocument } from '../../core/documents/ingest/embed-document.ts';
import { indexDocument } from '../../core/documents/ingest/index-document.ts';
import { publishDocument } from '../../core/documents/ingest/publish-document.ts';
import { readDocument } from '../../core/documents/ingest/read-document.ts';
import { keys } from '../../core/documents/keys.ts';
import { maxAttempts } from '../../core/documents/revive-attempt.ts';
import { newApiKey } from '../../core/identity/keys/api-key.ts';
import { createDynamoApiKeyStore } from '../../core/identity/keys/api-key-store.dynamo.ts';
import type { ApiKeyScope } from '../../core/identity/keys/scopes.ts';
import { createDynamoRecentQueries } from '../../core/queries/recent-queries.dynamo.ts';
import type { Embedder } from '../../core/retrieval/embedder.ts';
import { createDynamoConfigStore } from '../../core/tenants/config-store.dynamo.ts';
import { type TenantConfig, tenantConfigSchema } from '../../core/tenants/schema.ts';
import { plainTenantCredentials } from '../../core/tenants/tenant-credentials.plain.ts';
import type { TenantId } from '../../core/tenants/tenant-id.ts';
import { arns, physical } from '../../local/aws/names.ts';
import { provisionSecrets } from '../../local/aws/provision-secrets.ts';
import { sdkConfig } from '../../local/aws/sdk-config.ts';
import { type TokenIssuer, tokenIssuer } from '../../local/stage/token-issuer.ts';
import { executionName } from '../../workflows/ingest/execution-name.ts';
import type { IngestPayload } from '../../workflows/ingest/input.ts';
import { createStores } from '../../workflows/ingest/stores.ts';
import type { Emulator } from '../support/emulator.ts';
import { createEmulatedRole } from './emulated-roles.ts';

const steps = ['parse', 'chunk', 'embed', 'segment', 'publish'] as const;
export type Step = (typeof steps)[number];

/** The owner of the emulated account, who may do everything and puts things where a role's code shall find them. */
export type Owner = Awaited<ReturnType<typeof createOwner>>;

/** What the front proves itself with; the admin and the chat function read it at their start. */
export const originValue = 'o'.repeat(40);

/**
 * Makes what a stage has beside table and bucket, without anything that would work by itself: a state machine whose
 * executions wait until they are stopped.
 */
export async function createOwner(emulator: Emulator, embedder: Embedder) {
  const { endpoint, tableName, bucketName } = emulator;
  Object.assign(process.env, emulator.env);
  const sfn = new SFNClient(sdkConfig(endpoint));
  const secretsManager = new SecretsManagerClient(sdkConfig(endpoint));
  const { serviceKeys, keyPepper } = await provisionSecrets(endpoint);
  const origin = { accept: [originValue, originValue, originValue] };
  await secretsManager.send(
    new CreateSecretCommand({ Name: physical('origin'), SecretString: JSON.stringify(origin) }),
  );
  const waits = { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 600, End: true } } };
  await sfn.send(
    new CreateStateMachineCommand({
      name: physical('ingest'),
      definition: JSON.stringify(waits),
      roleArn: (await createEmulatedRole(endpoint, 'ingest', {}, [])).arn,
    }),
  );

  const stores = createStores({ TABLE_NAME: tableName, DOCUMENTS_BUCKET: bucketName });
  const { ledger, blobs } = stores;
  const deps = { ...stores, embedder };
  const configs = createDynamoConfigStore({ tables: createTenantTables(plainTenantCredentials), tableName });
  const run: Record<Step, (tenant: TenantId, ref: AttemptRef) => Promise<unknown>> = {
    parse: (...on) => readDocument(deps, ...on),
    chunk: (...on) => cutDocument(deps, ...on),
    embed: (...on) => embedDocument(deps, ...on),
    segment: (...on) => indexDocument(deps, ...on),
    publish: (...on) => publishDocument(deps, ...on),
  };
  const apiKeys = createDynamoApiKeyStore({ tables: createTenantTables(plainTenantCredentials), tableName });
  const admission = createDynamoAdmission({
    tables: createTenantTables(plainTenantCredentials, { maxAttempts: 1 }),
    tableName,
  });
  const recent = createDynamoRecentQueries({
    tables: createTenantTables(plainTenantCredentials),
    tableName,
  });
  const issuer = newIssuer();
  let counter = 0;

  /** Uploads a document of its own kind and ingests it, up to the step before `until` or to the end. */
  async function document(tenant: TenantId, until?: Step): Promise<AttemptRef> {
    const text = `# Opening hours ${++counter}\n\nThe library opens at nine. It closes at ${counter + 16}.\n`;
    const bytes = new TextEncoder().encode(text);
    const file = { bytes, filename: 'hours.md', mediaType: 'text/markdown' };
    const accepted = await acceptUpload(stores, tenant, file);
    if (!accepted.accepted) throw new Error(accepted.why);
    const { documentId, version, attempts: attempt } = accepted.record;
    await ingest(tenant, { documentId, version, attempt }, until);
    return { documentId, version, attempt };
  }

  async function ingest(tenant: TenantId, ref: AttemptRef, until?: Step): Promise<void> {
    for (const step of steps.slice(0, until ? steps.indexOf(until) : steps.length)) {
      await run[step](tenant, ref);
    }
  }

  /** Puts an object there that an attempt at a document might have left. */
  async function leaveWork(tenant: TenantId, { documentId, version, attempt }: AttemptRef): Promise<string> {
    const left = keys.attemptWork(tenant, documentId, version, attempt, 'left');
    await blobs.put(tenant, left, new Uint8Array(1));
    return left;
  }

  /** Lets the next attempt take over from a document's present one. */
  async function nextAttempt(tenant: TenantId, ref: AttemptRef): Promise<AttemptRef> {
    const record = await ledger.get(tenant, ref.documentId);
    const restarted = record && (await ledger.restart(tenant, record));
    if (!restarted) throw new Error('the attempt could not be restarted');
    return { ...ref, attempt: restarted.attempts };
  }

  /** A document whose execution was stopped, with work left behind: its first attempt, or the last that there may be. */
  async function stopped(tenant: TenantId, which: 'first' | 'last'): Promise<AttemptRef> {
    let ref = await document(tenant, 'parse');
    while (which === 'last' && ref.attempt < maxAttempts) ref = await nextAttempt(tenant, ref);
    await leaveWork(tenant, ref);
    const { executionArn } = await sfn.send(
      new StartExecutionCommand({
        stateMachineArn: arns.stateMachine('ingest'),
        name: executionName(tenant, ref),
        input: JSON.stringify(payloadOf(tenant, ref)),
      }),
    );
    await sfn.send(new StopExecutionCommand({ executionArn }));
    return ref;
  }

  /** Makes a key of a tenant that is configured. */
  async function apiKey(tenant: TenantId, scopes: readonly ApiKeyScope[]): Promise<string> {
    const { key, record } = newApiKey(
      tenant,
      { name: 'test', scopes: [...scopes], groups: [], expiresInMs: 60_000 },
      { pepper: Buffer.from(keyPepper, 'base64url'), nowMs: Date.now(), randomBytes },
    );
    const outcome = await apiKeys.create(tenant, record);
    if (outcome !== 'created') throw new Error(outcome);
    return key;
  }

  /** Writes a tenant's configuration, with these limits beside the default ones. */
  async function configure(tenant: TenantId, limits: Partial<TenantConfig> = {}): Promise<TenantConfig> {
    const config = tenantConfigSchema.parse({ tenant_id: tenant, ...limits });
    await configs.put(tenant, config, true);
    return config;
  }

  /** How many questions are kept of what the tenant was asked in the last hour. */
  async function keptQueries(tenant: TenantId): Promise<number> {
    const nowMs = Date.now();
    const { queries } = await recent.since(tenant, nowMs - 3_600_000, nowMs, 100);
    return queries.length;
  }

  /** Reserves for a request whose process then dies, as long ago as is said. */
  async function orphan(tenant: TenantId, config: TenantConfig, agoMs: number): Promise<void> {
    const budgets = budgetsOf(config);
    if (!budgets) throw new Error('the tenant has no budgets');
    const wish = { id: 'msg_orphan', tokens: 100, costMicroUsd: 100 };
    // The minute's bucket may be further by now than it was then.
    const limits = limitsOf(config).filter(({ bucket }) => bucket === 'hour');
    const decision = await admission.admit(tenant, limits, Date.now() - agoMs, { budgets, wish });
    if (!decision.admitted) throw new Error(`not admitted: ${decision.decidedBy}`);
  }

  return {
    ...stores,
    serviceKeys,
    issuer,
    apiKeys,
    apiKey,
    document,
    ingest,
    leaveWork,
    nextAttempt,
    stopped,
    configure,
    keptQueries,
    orphan,
    openReservations: admission.open,
  };
}

/** Who issues tokens that the functions take; its key is nowhere but in this process. */
function newIssuer(): TokenIssuer {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-issuer-'));
  try {
    return tokenIssuer(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const payloadOf = (tenant: TenantId, ref: AttemptRef): IngestPayload => ({
  tenant_id: tenant,
  document_id: ref.documentId,
  version: ref.version,
  attempt: ref.attempt,
});
