import { orphanedAfterMs } from '../../core/admission/sweep-reservations.ts';
import { keys } from '../../core/documents/keys.ts';
import { createServiceTokenSigner } from '../../core/identity/service-token.ts';
import { createHttpRetriever } from '../../core/retrieval/retriever.http.ts';
import type { TenantId } from '../../core/tenants/tenant-id.ts';
import { originHeader } from '../../functions/http/require-origin.ts';
import { physical } from '../../local/aws/names.ts';
import { functionUrlEvent } from '../../local/lambda-host/function-url-event.ts';
import type { FunctionName } from '../../stacks/resources.ts';
import type { EmulatedRole } from './emulated-roles.ts';
import { type Owner, originValue, payloadOf, type Step } from './owner.ts';
import { embedderFiles, type FunctionRun, startFunctionAs, startServiceAs } from './run-as-role.ts';

export interface Stand {
  readonly role: EmulatedRole;
  /** Where the code finds AWS. */
  readonly endpoint: string;
  readonly owner: Owner;
  readonly tenant: TenantId;
}

/** Services of the cluster that have a role. */
export type RoleName = FunctionName | 'rag' | 'orchestrator';

/**
 * For each role, all that its code does with AWS, the rare ways included: what is over or deleted, what is repeated,
 * what failed too often. Each rejects when the code does not do what it should.
 */
export const scenarios: Readonly<Record<RoleName, (stand: Stand) => Promise<void>>> = {
  chat: asFunction('chat', async ({ invoke }, { owner, tenant }) => {
    await owner.configure(tenant, {
      tokens_per_minute: 1_000_000,
      cost_usd_per_day: 100,
      max_concurrent: 5,
      keep_queries_hours: 1,
    });
    const event = await toEvent(tenant, 'POST', '/chat', { query: 'When does it open?' });
    const answer = String(await invoke(event));
    must(answer.includes('"finish_reason"'), answer);
    must((await owner.openReservations(tenant)).length === 0, 'what was reserved is not settled');
    must((await owner.keptQueries(tenant)) === 1, 'the question is not kept');
    const messageId = messageIdIn(answer);
    const cancelled = String(await invoke(await toEvent(tenant, 'POST', `/chat/${messageId}/cancel`)));
    must(messageIdIn(cancelled) === messageId, cancelled);
    const keyed = await toEvent(tenant, 'POST', '/chat', { query: 'At nine?' }, undefined, {
      'Idempotency-Key': 'once',
    });
    const [first, again] = [String(await invoke(keyed)), String(await invoke(keyed))];
    must(messageIdIn(first) === messageIdIn(again), again);
    const key = await owner.apiKey(tenant, ['chat']);
    const byKey = String(
      await invoke(await toEvent(tenant, 'POST', '/chat', { query: 'And on Sundays?' }, key)),
    );
    must(byKey.includes('"finish_reason"'), byKey);
    const [used] = await owner.apiKeys.list(tenant);
    must(typeof used?.last_used_at === 'string', 'the use of the key is not noted');
  }),

  admin: asFunction('admin', async ({ invoke }, { owner, tenant }) => {
    const send = async (status: number, ...[method, path, body, credential]: Asked) => {
      const event = await toEvent(tenant, method, path, body, credential);
      const answer = (await invoke(event)) as { statusCode: number; body: string };
      must(answer.statusCode === status, `${method} ${path}: ${answer.statusCode} ${answer.body}`);
      return answer.body;
    };
    const ask = (status: number, ...[method, path, ...rest]: Asked) =>
      send(status, method, `/tenant/${tenant}${path}`, ...rest);
    await ask(200, 'PUT', '/config', { tenant_id: tenant, keep_queries_hours: 1 });
    await ask(200, 'GET', '/config');
    const proposed = { config: { tenant_id: tenant }, since: Date.now() - 60_000 };
    must((await ask(200, 'POST', '/config/preview', proposed)).includes('"examined"'), 'nothing was tried');
    const { document_id: id } = JSON.parse(await ask(202, 'POST', '/documents', upload('One.')));
    await owner.ingest(tenant, { documentId: id, version: 1, attempt: 1 });
    must((await ask(200, 'GET', '/documents')).includes(id), 'the document is not listed');
    must((await ask(200, 'GET', `/documents/${id}`)).includes('"ready"'), 'the document is not ready');
    await ask(200, 'GET', `/documents/${id}/text`);
    await ask(200, 'PUT', `/documents/${id}/groups`, { groups: ['night-shift'] });
    await ask(202, 'POST', '/documents', upload('Two.', id));
    await ask(202, 'DELETE', `/documents/${id}`);
    await ask(404, 'GET', `/documents/${id}`);

    const asked = { name: 'test', scopes: ['config', 'keys'] };
    const made = JSON.parse(await ask(201, 'POST', '/keys', asked));
    await ask(200, 'GET', '/config', undefined, made.key);
    must(
      (await ask(200, 'GET', '/keys', undefined, made.key)).includes(made.key_id),
      'the key is not listed',
    );
    await ask(200, 'DELETE', `/keys/${made.key_id}`);
    await ask(401, 'GET', '/keys', undefined, made.key);

    await ask(200, 'POST', '/revocations', { jti: 'token-1' });
    must((await ask(200, 'GET', '/revocations')).includes('token-1'), 'the token is not revoked');
    const token = await owner.issuer.mint({ tenant, roles: ['operator'], user: 'ann', minutes: 1 });
    const list = await send(200, 'GET', '/tenants', undefined, token);
    must(list.includes(`"${tenant}"`), 'the tenant is not listed');
  }),

  'ingest-start': asFunction('ingest-start', async ({ invoke }, { owner, tenant }) => {
    const arrived = await owner.document(tenant, 'parse');
    const givenUp = await owner.stopped(tenant, 'last');
    const result = await invoke({
      Records: [arrived, givenUp].map(({ documentId, version }, i) => ({
        messageId: String(i),
        body: JSON.stringify({
          Records: [{ s3: { object: { key: keys.original(tenant, documentId, version) } } }],
        }),
      })),
    });
    must((result as { batchItemFailures: [] }).batchItemFailures.length === 0, JSON.stringify(result));
    must((await owner.ledger.get(tenant, givenUp.documentId))?.state === 'failed', 'it was not given up');
  }),

  'ingest-parse': step('parse'),
  'ingest-chunk': step('chunk'),
  'ingest-embed': step('embed'),
  'ingest-segment': step('segment'),
  'ingest-publish': step('publish'),

  'ingest-fail': asFunction('ingest-fail', async ({ invoke }, { owner, tenant }) => {
    const ref = await owner.document(tenant, 'parse');
    const left = await owner.leaveWork(tenant, ref);
    // Told twice, as after a kill that came too late.
    for (let n = 0; n < 2; n++) await invoke({ ...payloadOf(tenant, ref), error: 'Error', cause: '' });
    must((await owner.ledger.get(tenant, ref.documentId))?.state === 'failed', 'it has not failed');
    must((await owner.blobs.get(tenant, left)) === undefined, 'its work is still there');
  }),

  'ingest-sweep': asFunction('ingest-sweep', async ({ invoke }, { owner, tenant }) => {
    const [first, last] = [await owner.stopped(tenant, 'first'), await owner.stopped(tenant, 'last')];
    const result = JSON.stringify(await invoke({}));
    const found = [first, last].map(({ documentId }) => owner.ledger.get(tenant, documentId));
    const [restarted, failed] = await Promise.all(found);
    must(restarted?.attempts === 2 && failed?.state === 'failed', result);
  }),

  'admission-sweep': asFunction('admission-sweep', async ({ invoke }, { owner, tenant }) => {
    const config = await owner.configure(tenant, { max_concurrent: 1 });
    await owner.orphan(tenant, config, orphanedAfterMs + 1_000);
    const result = JSON.stringify(await invoke({}));
    must(result === '{"tenants":1,"returned":1,"already":0}', result);
    must((await owner.openReservations(tenant)).length === 0, 'it is still reserved');
  }),

  async rag({ role, endpoint, owner, tenant }) {
    await owner.document(tenant);
    const service = await startServiceAs(role, 'gpu/rag/main.ts', endpoint, {
      TABLE_NAME: physical('main'),
      DOCUMENTS_BUCKET: physical('documents'),
      SERVICE_PUBLIC_JWKS: JSON.stringify(owner.serviceKeys.public_jwks),
      ...embedderFiles,
    });
    try {
      const signer = await createServiceTokenSigner(owner.serviceKeys.private_jwk);
      const retriever = createHttpRetriever({ url: service.url, signer, timeoutMs: 15_000 });
      const { chunks } = await retriever.retrieve(tenant, {
        query: 'When does it open?',
        routes: [],
        k: 8,
        groups: [],
      });
      must(chunks.length > 0, 'nothing was found');
    } finally {
      service.stop();
    }
  },

  async orchestrator({ role, endpoint }) {
    const service = await startServiceAs(role, 'functions/orchestrator/main.ts', endpoint, {
      SERVICE_KEYS_SECRET_NAME: physical('service-keys'),
      RAG_SERVICE_URL: 'http://127.0.0.1:9',
      VLLM_SERVICE_URL: 'http://127.0.0.1:9',
    });
    service.stop();
  },
};

function asFunction(name: FunctionName, use: (run: FunctionRun, stand: Stand) => Promise<void>) {
  return async (stand: Stand) => {
    const { role, endpoint, owner } = stand;
    const run = await startFunctionAs(role, name, endpoint, owner.issuer.trusted);
    try {
      await use(run, stand);
    } finally {
      run.stop();
    }
  };
}

/** A step of ingestion that succeeds, and one that comes when the next attempt has taken over. */
function step(name: Step) {
  return asFunction(`ingest-${name}`, async ({ invoke }, { owner, tenant }) => {
    await invoke(payloadOf(tenant, await owner.document(tenant, name)));
    const late = await owner.document(tenant, name);
    const left = await owner.leaveWork(tenant, late);
    await owner.nextAttempt(tenant, late);
    const outcome = await invoke(payloadOf(tenant, late)).catch(String);
    must(String(outcome).includes('AttemptOver'), String(outcome));
    must((await owner.blobs.get(tenant, left)) === undefined, 'its work is still there');
  });
}

/** The id of the message in what a chat answers. */
function messageIdIn(text: string): string {
  const [id] = /\bmsg_[0-9a-z]{26}\b/.exec(text) ?? [];
  must(id !== undefined, text);
  return id;
}

function must(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}

/** Method, path, body, credential and other headers. */
type Asked = [string, string, (object | FormData)?, string?, Readonly<Record<string, string>>?];

/** The event of a request that came through the front. */
async function toEvent(tenant: TenantId, ...[method, path, body, credential, headers = {}]: Asked) {
  const form = body instanceof FormData || body === undefined;
  const sent = new Request(`http://127.0.0.1${path}`, {
    method,
    body: form ? (body ?? null) : JSON.stringify(body),
  });
  const type = form ? sent.headers.get('content-type') : 'application/json';
  return functionUrlEvent({
    method,
    target: path,
    httpVersion: '1.1',
    rawHeaders: [
      ...['X-Tenant-Id', tenant, originHeader, originValue],
      ...(type === null ? [] : ['Content-Type', type]),
      ...(credential === undefined ? [] : ['Authorization', `Bearer ${credential}`]),
      ...Object.entries(headers).flat(),
    ],
    body: Buffer.from(await sent.arrayBuffer()),
    sourceIp: '127.0.0.1',
    receivedAt: new Date(),
    requestId: 'request',
  });
}

function upload(text: string, documentId?: string): FormData {
  const form = new FormData();
  form.set('file', new File([text], 'a.txt', { type: 'text/plain' }));
  if (documentId !== undefined) form.set('document_id', documentId);
  return form;
}
