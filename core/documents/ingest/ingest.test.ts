import { describe, expect, it } from 'vitest';
import { createMemoryEmbedder } from '../../retrieval/embedder.memory.ts';
import { createMemoryIndexStore } from '../../retrieval/index-store.memory.ts';
import { vouchForTenant } from '../../tenants/tenant-id.ts';
import { acceptUpload } from '../accept-upload.ts';
import { createMemoryBlobStore } from '../blob-store.memory.ts';
import type { BlobStore } from '../blob-store.ts';
import { deleteDocument } from '../delete-document.ts';
import { type AttemptRef, type DocumentRecord, documentView } from '../document.ts';
import { keys } from '../keys.ts';
import { createMemoryLedger } from '../ledger.memory.ts';
import { AttemptOver } from './attempt.ts';
import { cutDocument } from './cut-document.ts';
import { embedDocument } from './embed-document.ts';
import { failDocument } from './fail-document.ts';
import { indexDocument } from './index-document.ts';
import { publishDocument } from './publish-document.ts';
import { readDocument } from './read-document.ts';
import { EmbeddingUnfinished } from './vector-files.ts';

const tenant = vouchForTenant('t1');
const prices =
  '# Prices\n\n| Fruit | Price per kg |\n|---|---|\n| Gala apples | 1.99 |\n\nThe shop opens at nine.';

function setUp() {
  const ledger = createMemoryLedger();
  const blobs = createMemoryBlobStore();
  const index = createMemoryIndexStore({ ledger });
  const embedder = createMemoryEmbedder();
  const deps = { ledger, blobs, index, embedder };
  const upload = async (text: string, filename = 'prices.md', documentId?: string): Promise<AttemptRef> => {
    const bytes = new TextEncoder().encode(text);
    const file = {
      bytes,
      filename,
      mediaType: 'text/plain',
      ...(documentId !== undefined && { documentId }),
    };
    const result = await acceptUpload(deps, tenant, file);
    if (!result.accepted) throw new Error(result.why);
    const { record } = result;
    return { documentId: record.documentId, version: record.version, attempt: record.attempts };
  };
  return { deps, upload, record: (ref: AttemptRef) => ledger.get(tenant, ref.documentId) };
}
type Deps = ReturnType<typeof setUp>['deps'];
const steps: readonly ((deps: Deps, ref: AttemptRef) => Promise<unknown>)[] = [
  (deps, ref) => readDocument(deps, tenant, ref),
  (deps, ref) => cutDocument(deps, tenant, ref),
  (deps, ref) => embedDocument(deps, tenant, ref),
  (deps, ref) => indexDocument(deps, tenant, ref),
  (deps, ref) => publishDocument(deps, tenant, ref),
];
/** As the state machine does it: one step after the other, and what ends an attempt is recorded. */
async function ingest(deps: Deps, ref: AttemptRef): Promise<string> {
  try {
    for (const step of steps) await step(deps, ref);
    return 'ready';
  } catch (error) {
    const { name, message } = error as Error;
    if (name !== 'AttemptOver') await failDocument(deps, tenant, ref, name, message);
    return name;
  }
}

/** A blob store that works for so many calls and then dies, as the task's process might. */
function dyingAfter(blobs: BlobStore, calls: number): BlobStore {
  let left = calls;
  const guard =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (left-- <= 0) throw new Error('killed');
      return call(...args);
    };
  return {
    put: guard(blobs.put),
    get: guard(blobs.get),
    list: guard(blobs.list),
    deletePrefix: guard(blobs.deletePrefix),
  };
}

describe('ingestion', () => {
  it('takes a document from upload to ready, and leaves the original, the text and the segment', async () => {
    const { deps, upload, record } = setUp();
    const ref = await upload(prices);
    expect(await ingest(deps, ref)).toBe('ready');
    expect(await record(ref)).toMatchObject({
      state: 'ready',
      title: 'Prices',
      chunks: 1,
      version: 1,
      attempts: 1,
    });
    const version = keys.version(tenant, ref.documentId, 1);
    expect(await deps.blobs.list(tenant, version)).toEqual([`${version}original`, `${version}text.txt`]);
    const manifest = await deps.index.manifest(tenant);
    expect(manifest?.segments).toMatchObject([
      { documents: [{ document_id: ref.documentId, version: 1, chunks: 1 }] },
    ]);
    const { files } = await deps.index.readSegment(tenant, manifest?.segments[0]?.id ?? '');
    const [chunk] = new TextDecoder()
      .decode(files['chunks.jsonl'])
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(chunk).toMatchObject({
      tenant_id: 't1',
      id: `${ref.documentId}.v1.0`,
      section: 'Prices',
      title: 'Prices',
    });
    expect(chunk.text).toContain('Gala apples | Price per kg: 1.99');
    const stored = await deps.blobs.get(tenant, keys.text(tenant, ref.documentId, 1));
    const text = new TextDecoder().decode(stored?.bytes);
    for (const line of new TextDecoder().decode(files['sentences.jsonl']).trim().split('\n')) {
      const sentence = JSON.parse(line);
      expect(Array.from(text).slice(sentence.start, sentence.end).join('')).toBe(sentence.text);
    }
  });

  it('gives the same result however often and wherever its tasks are killed', async () => {
    const { deps, upload, record } = setUp();
    const clean = await upload(prices);
    await ingest(deps, clean);
    const ref = await upload(`${prices} Twice.`);
    let kills = 0;
    for (const step of steps) {
      for (let calls = 0; ; calls++) {
        try {
          await step({ ...deps, blobs: dyingAfter(deps.blobs, calls) }, ref);
          break;
        } catch (error) {
          expect((error as Error).message).toBe('killed');
          kills++;
        }
      }
      // And once more after it has succeeded.
      await step(deps, ref);
    }
    expect(kills).toBeGreaterThan(12);
    expect(await record(ref)).toMatchObject({ state: 'ready', chunks: 1, attempts: 1 });
    const manifest = await deps.index.manifest(tenant);
    expect(manifest?.segments.flatMap((segment) => segment.documents)).toHaveLength(2);
    expect(
      (await deps.blobs.list(tenant, keys.tenant(tenant))).filter((key) => key.split('/').includes('work')),
    ).toEqual([]);
  });

  it('goes on embedding where it was killed', async () => {
    const { deps, upload } = setUp();
    const ref = await upload(
      Array.from({ length: 900 }, (_, n) => `Line ${n} is here.`).join('\n\n'),
      'a.txt',
    );
    for (const step of steps.slice(0, 2)) await step(deps, ref);
    let embedded = 0;
    const embedder = {
      ...deps.embedder,
      embed: async (texts: readonly string[], kind: 'query' | 'passage') => {
        embedded += texts.length;
        return deps.embedder.embed(texts, kind);
      },
    };
    for (let calls = 0; calls < 60; calls++) {
      await embedDocument({ ...deps, embedder, blobs: dyingAfter(deps.blobs, calls) }, tenant, ref).catch(
        () => {},
      );
    }
    // One file of texts at the most is lost with every kill, not all of them.
    expect(embedded).toBeLessThan(900 + 60 * 128);
    const before = embedded;
    // A task whose time is up ends in order, unless nothing is left to do.
    await embedDocument({ ...deps, embedder }, tenant, ref, () => false);
    const other = await upload('Another text.', 'b.txt');
    for (const step of steps.slice(0, 2)) await step(deps, other);
    await expect(embedDocument(deps, tenant, other, () => false)).rejects.toBeInstanceOf(EmbeddingUnfinished);
    await embedDocument({ ...deps, embedder }, tenant, ref);
    expect(embedded).toBe(before);
    for (const step of steps.slice(3)) await step(deps, ref);
    expect((await deps.ledger.get(tenant, ref.documentId))?.state).toBe('ready');
  });

  it('ends a bad document with its reason, and the good ones beside it arrive', async () => {
    const { deps, upload, record } = setUp();
    const good = [await upload('One is good.', '1.txt'), await upload('Two is good.', '2.txt')];
    const bad = await upload('%PDF-1.7 nonsense', 'x.txt');
    const outcomes = await Promise.all([...good, bad].map((ref) => ingest(deps, ref)));
    expect(outcomes).toEqual(['ready', 'ready', 'DocumentUnreadable']);
    expect((await record(bad))?.reason).toMatch(/^The file is a PDF file/);
    expect((await deps.index.manifest(tenant))?.segments).toHaveLength(2);
    // The same bytes again are another attempt, with the same end.
    const again = await upload('%PDF-1.7 nonsense', 'x.txt');
    expect(again).toMatchObject({ documentId: bad.documentId, attempt: 2 });
    expect(await ingest(deps, again)).toBe('DocumentUnreadable');
  });

  it('reads a file that was refused for its name under a right one', async () => {
    const { deps, upload, record } = setUp();
    const ref = await upload('The library opens at nine.', 'notes.docx');
    expect(await ingest(deps, ref)).toBe('DocumentUnreadable');
    const again = await upload('The library opens at nine.', 'Opening hours.txt');
    expect(again).toEqual({ ...ref, attempt: 2 });
    expect(await ingest(deps, again)).toBe('ready');
    expect(await record(ref)).toMatchObject({ filename: 'Opening hours.txt', title: 'Opening hours' });
    // What is ready keeps its name.
    await upload('The library opens at nine.', 'other.md');
    expect(await record(ref)).toMatchObject({ state: 'ready', filename: 'Opening hours.txt' });
  });

  it('shows the title of the version that can be found until the next one can', async () => {
    const { deps, upload, record } = setUp();
    const first = await upload(prices);
    await ingest(deps, first);
    const shown = async () => documentView((await record(first)) as DocumentRecord).title;
    const bad = await upload('%PDF-1.7', 'broken.txt', first.documentId);
    expect(await shown()).toBe('Prices');
    await ingest(deps, bad);
    expect([await shown(), (await record(first))?.state]).toEqual(['Prices', 'failed']);
    const good = await upload('# Fees\n\nAll is free.', 'fees.md', first.documentId);
    await readDocument(deps, tenant, good);
    expect(await shown()).toBe('Prices');
    await ingest(deps, good);
    expect(await shown()).toBe('Fees');
  });

  it('cuts whatever the size limit of uploads lets in', async () => {
    const { deps, upload } = setUp();
    for (const text of ['a', 'a b ']) {
      const ref = await upload(text.repeat((4 * 1024 * 1024) / text.length), `${text.length}.txt`);
      for (const step of steps.slice(0, 2)) await step(deps, ref);
    }
  });

  it('keeps words of internal errors inside', async () => {
    const { deps, upload, record } = setUp();
    const ref = await upload(prices);
    await failDocument(deps, tenant, ref, 'TypeError', 'secret-host:5432 refused');
    expect((await record(ref))?.reason).toBe('The document could not be processed. Try again.');
  });

  it('replaces a version by the next, and an attempt of the old one changes nothing any more', async () => {
    const { deps, upload, record } = setUp();
    const first = await upload(prices);
    await ingest(deps, first);
    const second = await upload('# Prices\n\nAll has changed.', 'prices.md', first.documentId);
    expect(second).toMatchObject({ documentId: first.documentId, version: 2, attempt: 1 });
    // A late repetition of the old version's last task.
    await expect(publishDocument(deps, tenant, first)).rejects.toBeInstanceOf(AttemptOver);
    expect(await deps.blobs.get(tenant, keys.text(tenant, first.documentId, 1))).toBeDefined();
    expect(await ingest(deps, second)).toBe('ready');
    expect(await record(second)).toMatchObject({ version: 2, state: 'ready' });
    const manifest = await deps.index.manifest(tenant);
    expect(manifest?.segments).toMatchObject([{ documents: [{ version: 2 }] }]);
  });

  it('stays deleted, whichever step the deletion meets', async () => {
    for (let met = 0; met <= steps.length; met++) {
      const { deps, upload, record } = setUp();
      const ref = await upload(prices);
      for (const step of steps.slice(0, met)) await step(deps, ref);
      await deleteDocument(deps, tenant, ref.documentId);
      for (const step of steps.slice(met)) await expect(step(deps, ref)).rejects.toBeInstanceOf(AttemptOver);
      expect(await record(ref)).toBeUndefined();
      expect((await deps.index.manifest(tenant))?.segments ?? []).toEqual([]);
      expect(await deps.blobs.list(tenant, keys.tenant(tenant))).toEqual([]);
    }
  });

  it('leaves nothing behind when a document is deleted in the middle of a step', async () => {
    for (let met = 0; met < steps.length; met++) {
      const { deps, upload, record } = setUp();
      const ref = await upload(prices);
      for (const step of steps.slice(0, met)) await step(deps, ref);
      let first = true;
      const advance: Deps['ledger']['advance'] = async (...args) => {
        const outcome = await deps.ledger.advance(...args);
        // The step believes that all is well, and the document goes before it writes.
        if (first) await deleteDocument(deps, tenant, ref.documentId);
        first = false;
        return outcome;
      };
      const step = steps[met] as (typeof steps)[number];
      await step({ ...deps, ledger: { ...deps.ledger, advance } }, ref).catch(() => {});
      // What did not end by itself is tried again by the state machine.
      await expect(step(deps, ref)).rejects.toBeInstanceOf(AttemptOver);
      expect(await record(ref)).toBeUndefined();
      expect((await deps.index.manifest(tenant))?.segments ?? []).toEqual([]);
      expect(await deps.blobs.list(tenant, keys.tenant(tenant))).toEqual([]);
    }
  });
});
