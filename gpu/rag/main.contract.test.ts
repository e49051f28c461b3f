import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDocumentClient, createS3 } from '../../core/aws/clients.ts';
import { createServiceTokenSigner } from '../../core/identity/service-token.ts';
import { createOnnxEmbedder } from '../../core/retrieval/embedder.onnx.ts';
import { createAwsIndexStore } from '../../core/retrieval/index-store.aws.ts';
import type { IndexStore } from '../../core/retrieval/index-store.ts';
import { createHttpRetriever } from '../../core/retrieval/retriever.http.ts';
import type { Retriever } from '../../core/retrieval/retriever.ts';
import { buildSegment } from '../../core/retrieval/segment-builder.ts';
import { itemKeys } from '../../core/tenants/item-keys.ts';
import { type TenantId, vouchForTenant } from '../../core/tenants/tenant-id.ts';
import { type Emulator, startEmulator } from '../../test/support/emulator.ts';
import { serviceKeys } from './rag-fixture.ts';

const modelPath = process.env.EMBEDDER_MODEL_PATH ?? '.cache/models/bge-small-en-v1.5-q.onnx';
const tokenizerPath = process.env.EMBEDDER_TOKENIZER_PATH ?? '.cache/models/bge-small-en-v1.5-tokenizer.json';
const [t1, t2] = [vouchForTenant('t1'), vouchForTenant('t2')];

describe('the RAG service as a process, with its real model and storage', () => {
  let emulator: Emulator;
  let store: IndexStore;
  let child: ChildProcess;
  let retriever: Retriever;
  let publish: (tenant: TenantId, documentId: string, version: number, text: string) => Promise<void>;

  beforeAll(async () => {
    emulator = await startEmulator();
    Object.assign(process.env, emulator.env);
    const documents = createDocumentClient();
    const { tableName, bucketName } = emulator;
    const s3 = createS3();
    store = createAwsIndexStore({ tables: () => documents, buckets: () => s3, tableName, bucketName });
    const embedder = await createOnnxEmbedder({ modelPath, tokenizerPath });
    publish = async (tenant, documentId, version, text) => {
      const Item = { ...itemKeys.document(tenant, documentId), document_id: documentId, version };
      await documents.send(new PutCommand({ TableName: tableName, Item }));
      const place = { start: 0, end: [...text].length };
      const ids = {
        id: `${tenant}-${documentId}-${version}`,
        tenant_id: tenant,
        document_id: documentId,
        version,
      };
      const vectors = await embedder.embed([text], 'passage');
      const built = buildSegment({
        tenant,
        id: `seg-${documentId}-${version}`,
        embedder: embedder.id,
        dimensions: embedder.dimensions,
        chunks: [{ ...ids, title: 'Handbook', text, ...place }],
        chunkVectors: vectors,
        sentences: [{ row: 0, text, ...place }],
        sentenceVectors: vectors,
      });
      await store.upload(tenant, built);
      await store.publish(tenant, built.segment, { document_id: documentId, version, chunks: 1 });
    };
    const keys = await serviceKeys();
    child = spawn(process.execPath, ['gpu/rag/main.ts'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        PORT: '0',
        TABLE_NAME: tableName,
        DOCUMENTS_BUCKET: bucketName,
        // As in AWS: with a session of each tenant. The local stage does without.
        TENANT_ROLE_ARN: 'arn:aws:iam::000000000000:role/tenant-data',
        EMBEDDER_MODEL_PATH: modelPath,
        EMBEDDER_TOKENIZER_PATH: tokenizerPath,
        SERVICE_PUBLIC_JWKS: JSON.stringify({ keys: [keys.publicJwk] }),
      },
    });
    const port = await listening(child);
    const signer = await createServiceTokenSigner(keys.privateJwk);
    retriever = createHttpRetriever({ url: `http://127.0.0.1:${port}`, signer, timeoutMs: 15_000 });
  });
  afterAll(async () => {
    child?.kill('SIGKILL');
    await emulator?.stop();
  });

  it('finds what a tenant published, its newest version only, and nothing after the delete', async () => {
    const ask = async (tenant: TenantId) =>
      retriever.retrieve(tenant, {
        query: 'How long can I send a kettle back?',
        routes: [],
        k: 8,
        groups: [],
      });
    expect((await ask(t1)).revision).toBe(0);
    await publish(t1, 'd1', 1, 'Kettles can be returned within thirty days.');
    await publish(t2, 'd1', 1, 'Kettles cannot be returned at all.');
    const { chunks, evidence } = await ask(t1);
    expect(chunks.map(({ id }) => id)).toEqual(['t1-d1-1']);
    expect(chunks[0]?.score).toBeGreaterThan(0.5);
    expect(evidence[0]).toMatchObject({
      text: 'Kettles can be returned within thirty days.',
      start: 0,
      end: 43,
    });
    expect((await ask(t2)).chunks.map(({ id }) => id)).toEqual(['t2-d1-1']);
    await publish(t1, 'd1', 2, 'Kettles can be returned within sixty days.');
    expect((await ask(t1)).chunks.map(({ id }) => id)).toEqual(['t1-d1-2']);
    await store.hide(t1, 'd1');
    expect((await ask(t1)).chunks).toEqual([]);
    expect((await ask(t2)).chunks).toHaveLength(1);
  });

  it('ends cleanly when it is told to', async () => {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });
});

/** The port from the line that the service writes when it listens. */
async function listening(child: ChildProcess): Promise<number> {
  if (!child.stdout) throw new Error('no output to read');
  for await (const line of createInterface({ input: child.stdout })) {
    const { message, port } = JSON.parse(line) as { message: string; port: number };
    if (message === 'listening') {
      child.stdout.resume();
      return port;
    }
  }
  throw new Error('The RAG service ended before it listened');
}
