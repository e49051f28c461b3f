import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Context } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptUpload, type UploadedFile } from '../../core/documents/accept-upload.ts';
import type { BlobStore } from '../../core/documents/blob-store.ts';
import { deleteDocument } from '../../core/documents/delete-document.ts';
import { keys } from '../../core/documents/keys.ts';
import type { DocumentLedger } from '../../core/documents/ledger.ts';
import { createOnnxEmbedder } from '../../core/retrieval/embedder.onnx.ts';
import type { IndexStore } from '../../core/retrieval/index-store.ts';
import { openSegment } from '../../core/retrieval/segment-reader.ts';
import { vouchForTenant } from '../../core/tenants/tenant-id.ts';
import { type Emulator, startEmulator } from '../../test/support/emulator.ts';
import type { IngestPayload } from './input.ts';
import { createStores } from './stores.ts';

const model = (name: string) => resolve(import.meta.dirname, '../../.cache/models', name);
const embedderFiles = {
  modelPath: process.env.EMBEDDER_MODEL_PATH ?? model('bge-small-en-v1.5-q.onnx'),
  tokenizerPath: process.env.EMBEDDER_TOKENIZER_PATH ?? model('bge-small-en-v1.5-tokenizer.json'),
};
const context = { getRemainingTimeInMillis: () => 60_000 } as Context;
type Handler = (event: unknown, context: Context) => unknown;

let emulator: Emulator;
let ledger: DocumentLedger;
let blobs: BlobStore;
let index: IndexStore;
let steps: readonly Handler[];
let recordFailure: Handler;

beforeAll(async () => {
  if (!existsSync(embedderFiles.modelPath))
    throw new Error('The embedding model is missing: `npm run setup`');
  emulator = await startEmulator();
  Object.assign(process.env, emulator.env, {
    TABLE_NAME: emulator.tableName,
    DOCUMENTS_BUCKET: emulator.bucketName,
    // As in AWS: with a session of each tenant. The local stage does without.
    TENANT_ROLE_ARN: 'arn:aws:iam::000000000000:role/tenant-data',
    EMBEDDER_MODEL_PATH: embedderFiles.modelPath,
    EMBEDDER_TOKENIZER_PATH: embedderFiles.tokenizerPath,
  });
  // Tasks read their environment when they are loaded.
  const load = async (name: string) => ((await import(`./${name}.task.ts`)) as { handler: Handler }).handler;
  steps = await Promise.all(['parse', 'chunk', 'embed', 'segment', 'publish'].map(load));
  recordFailure = await load('fail');
  ({ ledger, blobs, index } = createStores({
    TABLE_NAME: emulator.tableName,
    DOCUMENTS_BUCKET: emulator.bucketName,
  }));
});
afterAll(() => emulator?.stop());

let counter = 0;
const someTenant = () => vouchForTenant(`ingest-${++counter}`);
type Tenant = ReturnType<typeof someTenant>;

async function upload(
  tenant: Tenant,
  text: string,
  filename = 'a.md',
  more: Pick<UploadedFile, 'documentId' | 'groups'> = {},
): Promise<IngestPayload> {
  const bytes = new TextEncoder().encode(text);
  const file = { bytes, filename, mediaType: 'text/plain', ...more };
  const result = await acceptUpload({ ledger, blobs }, tenant, file);
  if (!result.accepted) throw new Error(result.why);
  const { record } = result;
  return {
    tenant_id: tenant,
    document_id: record.documentId,
    version: record.version,
    attempt: record.attempts,
  };
}

/** The tasks in order, every one of them twice, as after a kill that came too late. */
async function run(payload: unknown): Promise<string> {
  let state = payload;
  try {
    for (const step of steps) {
      await step(state, context);
      state = await step(state, context);
    }
    return 'ready';
  } catch (error) {
    const { name, message } = error as Error;
    const cause = JSON.stringify({ errorType: name, errorMessage: message });
    if (name !== 'AttemptOver') await recordFailure({ ...(state as object), error: name, cause }, context);
    return name;
  }
}

const handbook = `# Handbook

## Returns

You can return an item within thirty days of purchase. The cashier needs the receipt.

## Prices

| Fruit | Price per kg |
|---|---|
| Gala apples | 1.99 |
| Conference pears | 2.49 |
`;

describe('the ingest tasks on emulated AWS', () => {
  it('make an uploaded document findable by meaning, with quotes that stand in its text', async () => {
    const tenant = someTenant();
    const payload = await upload(tenant, handbook);
    expect(await run(payload)).toBe('ready');
    expect(await ledger.get(tenant, payload.document_id)).toMatchObject({
      state: 'ready',
      title: 'Handbook',
    });

    const manifest = await index.manifest(tenant);
    expect(manifest?.segments).toHaveLength(1);
    const embedder = await createOnnxEmbedder(embedderFiles);
    const built = await index.readSegment(tenant, manifest?.segments[0]?.id ?? '');
    const reader = openSegment(built, { tenant, embedder: embedder.id });
    const [query] = await embedder.embed(['How much do apples cost?'], 'query');
    const [best] = reader.searchVectors(query as Float32Array, 1);
    const chunk = reader.chunk(best?.row ?? 0);
    expect(chunk).toMatchObject({ tenant_id: tenant, section: 'Handbook > Prices' });
    const text = new TextDecoder().decode(
      (await blobs.get(tenant, keys.text(tenant, payload.document_id, 1)))?.bytes,
    );
    for (const { sentence } of reader.sentences(best?.row ?? 0)) {
      expect(Array.from(text).slice(sentence.start, sentence.end).join('')).toBe(sentence.text);
    }
    reader.dispose();
    expect(
      (await blobs.list(tenant, keys.tenant(tenant))).filter((key) => key.split('/').includes('work')),
    ).toEqual([]);
  });

  it('end a bad document with its reason, while the good ones beside it arrive', async () => {
    const tenant = someTenant();
    const [bad, ...good] = await Promise.all([
      upload(tenant, '%PDF-1.7', 'broken.txt'),
      upload(tenant, 'The library opens at nine.', 'one.txt'),
      upload(tenant, '<h1>Parking</h1><p>Parking is free on Sundays.</p>', 'two.html'),
    ]);
    const outcomes = await Promise.all([...good, bad].map(run));
    expect(outcomes).toEqual(['ready', 'ready', 'DocumentUnreadable']);
    const { documents } = await ledger.list(tenant, 10);
    expect(documents.map(({ state }) => state).sort()).toEqual(['failed', 'ready', 'ready']);
    expect(documents.find(({ state }) => state === 'failed')?.reason).toMatch(/^The file is a PDF file/);
    expect((await index.manifest(tenant))?.segments).toHaveLength(2);
  });

  it('replace a version, and know the same content again', async () => {
    const tenant = someTenant();
    const first = await upload(tenant, handbook);
    await run(first);
    expect(await upload(tenant, handbook)).toEqual(first);
    const second = await upload(tenant, handbook.replace('1.99', '2.99'), 'a.md', {
      documentId: first.document_id,
    });
    expect(second).toMatchObject({ document_id: first.document_id, version: 2 });
    expect(await run(first)).toBe('AttemptOver');
    expect(await run(second)).toBe('ready');
    expect((await index.manifest(tenant))?.segments.flatMap((segment) => segment.documents)).toMatchObject([
      { document_id: first.document_id, version: 2 },
    ]);
  });

  it('make a document findable for its groups alone, also when they change on the way', async () => {
    const tenant = someTenant();
    const first = await upload(tenant, handbook, 'a.md', { groups: ['staff', 'board'] });
    const liveGroups = async () =>
      (await index.manifest(tenant))?.segments.flatMap(({ documents }) => documents.map((d) => d.groups));
    expect(await run(first)).toBe('ready');
    expect(await liveGroups()).toEqual([['staff', 'board']]);
    const second = await upload(tenant, handbook.replace('1.99', '2.99'), 'a.md', {
      documentId: first.document_id,
    });
    for (const step of steps.slice(0, 2)) await step(second, context);
    expect(await index.regroup(tenant, first.document_id, ['board'])).toBe(true);
    expect(await liveGroups()).toEqual([['board']]);
    expect(await run(second)).toBe('ready');
    expect(await liveGroups()).toEqual([['board']]);
    expect((await ledger.get(tenant, first.document_id))?.groups).toEqual(['board']);
  });

  it('stop for a document that is deleted on the way, and leave nothing of it', async () => {
    const tenant = someTenant();
    const payload = await upload(tenant, handbook);
    for (const step of steps.slice(0, 3)) await step(payload, context);
    await deleteDocument({ ledger, blobs, index }, tenant, payload.document_id);
    expect(await run(payload)).toBe('AttemptOver');
    await expect(steps[3]?.(payload, context)).rejects.toMatchObject({ name: 'AttemptOver' });
    expect(await blobs.list(tenant, keys.tenant(tenant))).toEqual([]);
    expect(await ledger.get(tenant, payload.document_id)).toBeUndefined();
    expect((await index.manifest(tenant))?.segments ?? []).toEqual([]);
  });

  it('refuse an input that the starter would not have made', async () => {
    const id = `doc_${'0'.repeat(26)}`;
    for (const payload of [
      {},
      { tenant_id: '../t2', document_id: id, version: 1, attempt: 1 },
      { tenant_id: 't1', document_id: 'x', version: 1, attempt: 1 },
    ]) {
      await expect(steps[0]?.(payload, context)).rejects.toMatchObject({ name: 'ZodError' });
    }
  });
});
