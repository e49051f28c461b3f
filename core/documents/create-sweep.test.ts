import { describe, expect, it } from 'vitest';
import { vouchForTenant } from '../tenants/tenant-id.ts';
import { createMemoryBlobStore } from './blob-store.memory.ts';
import { createSweep, type EndedAttempt } from './create-sweep.ts';
import type { AttemptRef } from './document.ts';
import { keys } from './keys.ts';
import { createMemoryLedger } from './ledger.memory.ts';
import { maxAttempts, type StartAttempt } from './revive-attempt.ts';
import { startIngestion } from './start-ingestion.ts';

const tenant = vouchForTenant('t1');
const id = (n: number) => `doc_${String(n).padStart(26, '0')}`;
const refOf = (n: number, attempt = 1): AttemptRef => ({ documentId: id(n), version: 1, attempt });

async function setUp(documents: number) {
  const ledger = createMemoryLedger();
  const blobs = createMemoryBlobStore();
  const started: string[] = [];
  const ended: EndedAttempt[] = [];
  const listed: string[] = [];
  const start: StartAttempt = async (_, { documentId, attempt }) => {
    started.push(`${Number(documentId.slice(4))} a${attempt}`);
    return 'started';
  };
  const end = (ref: AttemptRef) => ended.push({ key: `${ref.documentId} ${ref.attempt}`, tenant, ref });
  const deps = {
    ledger,
    blobs,
    start,
    async *listEnded(known: (key: string) => boolean) {
      const news = ended.filter(({ key }) => !known(key));
      listed.push(...news.map(({ key }) => key));
      yield news.slice(0, 2);
      yield news.slice(2);
    },
  };
  for (let n = 1; n <= documents; n++) {
    const upload = { title: 'a', filename: 'a', mediaType: 'a/b', sha256: `${n}`, bytes: 1 };
    await ledger.create(tenant, id(n), upload);
  }
  return { ledger, blobs, started, listed, end, deps };
}

describe('the sweep of ingestions that ended without a word', () => {
  it('starts the next attempt of what was cut off, and touches nothing else', async () => {
    const { ledger, started, listed, end, deps } = await setUp(6);
    await ledger.advance(tenant, refOf(1), 'embedding');
    ledger.markReady(tenant, id(2), 1, 1);
    await ledger.fail(tenant, refOf(3), 'It is empty.');
    await ledger.markDeleting(tenant, id(4));
    const fifth = await ledger.get(tenant, id(5));
    if (fifth) await ledger.addVersion(tenant, fifth, { ...fifth, sha256: 'next' });
    for (let n = 1; n <= 5; n++) end(refOf(n));
    end(refOf(7));
    const sweep = createSweep(deps);
    expect(await sweep()).toEqual({ restarted: 1, failed: 0, over: 5 });
    expect(started).toEqual(['1 a2']);
    expect(await ledger.get(tenant, id(1))).toMatchObject({ state: 'queued', attempts: 2 });
    expect(await ledger.get(tenant, id(3))).toMatchObject({ state: 'failed', reason: 'It is empty.' });
    expect(await ledger.get(tenant, id(6))).toMatchObject({ state: 'queued', attempts: 1 });
    // What is settled is not looked up again.
    listed.length = 0;
    expect(await sweep()).toEqual({ restarted: 0, failed: 0, over: 0 });
    expect(listed).toEqual([]);
  });

  it('gives up after enough attempts, with a reason for people and without the work files', async () => {
    const { ledger, blobs, end, deps } = await setUp(1);
    const sweep = createSweep(deps);
    for (let attempt = 1; attempt < maxAttempts; attempt++) {
      await ledger.advance(tenant, refOf(1, attempt), 'parsing');
      end(refOf(1, attempt));
      expect(await sweep()).toMatchObject({ restarted: 1 });
    }
    await blobs.put(tenant, keys.attemptWork(tenant, id(1), 1, maxAttempts, 'chunks.json'), Uint8Array.of(1));
    end(refOf(1, maxAttempts));
    expect(await sweep()).toEqual({ restarted: 0, failed: 1, over: 0 });
    expect(await ledger.get(tenant, id(1))).toMatchObject({
      state: 'failed',
      attempts: maxAttempts,
      reason: 'The document could not be processed. Try again.',
    });
    expect(await blobs.list(tenant, keys.tenant(tenant))).toEqual([]);
  });

  it('restarts once where sweeps overlap', async () => {
    const { ledger, started, end, deps } = await setUp(1);
    end(refOf(1));
    await Promise.all(Array.from({ length: 4 }, () => createSweep(deps)()));
    expect(new Set(started)).toEqual(new Set(['1 a2']));
    expect(await ledger.get(tenant, id(1))).toMatchObject({ attempts: 2 });
  });

  it('goes on after a sweep that was killed between restarting and starting', async () => {
    const { ledger, started, end, deps } = await setUp(2);
    end(refOf(1));
    end(refOf(2));
    const killed: StartAttempt = async (of, ref) => {
      if (ref.documentId === id(1)) throw new Error('killed');
      return deps.start(of, ref);
    };
    await expect(createSweep({ ...deps, start: killed })()).rejects.toThrow('1 ingestions');
    expect(started).toEqual(['2 a2']);
    expect(await ledger.get(tenant, id(1))).toMatchObject({ state: 'queued', attempts: 2 });
    expect(await createSweep(deps)()).toMatchObject({ restarted: 2 });
    expect(new Set(started)).toEqual(new Set(['1 a2', '2 a2']));
  });
});

describe('starting an attempt that was cut off before', () => {
  it('starts the next one instead of calling it a success', async () => {
    const { ledger, started, deps } = await setUp(1);
    await ledger.advance(tenant, refOf(1), 'parsing');
    const start: StartAttempt = async (of, ref) => (ref.attempt === 1 ? 'ended' : deps.start(of, ref));
    expect(await startIngestion({ ...deps, start }, tenant, refOf(1))).toBe(true);
    expect(started).toEqual(['1 a2']);
    // An execution that ends while the question is asked has told the ledger first.
    ledger.markReady(tenant, id(1), 1, 1);
    expect(await startIngestion({ ...deps, start: async () => 'ended' }, tenant, refOf(1))).toBe(false);
  });
});
