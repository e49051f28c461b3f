import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createMemoryIndexStore } from '../../core/retrieval/index-store.memory.ts';
import type { SearchEngine } from '../../core/retrieval/search-engine.ts';
import { createSearchViews } from '../../core/retrieval/search-views.ts';
import { vouchForTenant } from '../../core/tenants/tenant-id.ts';
import { embedder, publish, segmentOf, startRag } from './rag-fixture.ts';

/** An engine that remembers what is open, and fails a search in what is not. */
function watchedEngine(): SearchEngine & { open: SearchEngine['open']; bytes(): number; peak(): number } {
  const engine = createSearchViews();
  const open = new Map<string, number>();
  const total = () => [...open.values()].reduce((sum, bytes) => sum + bytes, 0);
  let peak = 0;
  return {
    async open(view) {
      const answer = await engine.open(view);
      open.set(view.viewId, answer.bytes);
      peak = Math.max(peak, total());
      return answer;
    },
    async search(viewId, ...rest) {
      // Gives evictions time to come between the choice of a view and its search.
      await sleep(Math.random() * 3);
      if (!open.has(viewId)) throw new Error('searched after it was closed');
      return engine.search(viewId, ...rest);
    },
    drop(viewId) {
      open.delete(viewId);
      engine.drop(viewId);
    },
    close: () => engine.close(),
    bytes: total,
    peak: () => peak,
  };
}

const tenants = Array.from({ length: 12 }, (_, i) => vouchForTenant(`t${i}`));

describe('resident indexes', () => {
  it('stay within their bounds under load, and nothing is closed while it is searched', async () => {
    const engine = watchedEngine();
    const store = createMemoryIndexStore();
    for (const tenant of tenants)
      await publish(store, tenant, await segmentOf(tenant, 'd1', [`plan of ${tenant}`]));
    const one = Math.ceil((await segmentBytes()) * 1.05);
    const rag = await startRag({ store, engine, maxTenants: 50, maxBytes: one * 4 });
    for (let round = 0; round < 6; round++) {
      await Promise.all(
        Array.from({ length: 40 }, async (_, i) => {
          const tenant = tenants[(i * 7 + round) % tenants.length] ?? tenants[0];
          if (!tenant) return;
          const { chunks } = await rag.find(tenant, 'plan');
          expect(chunks.map(({ text }) => text)).toEqual([`plan of ${tenant}`]);
        }),
      );
      expect(rag.indexes.resident.tenants).toBeLessThanOrEqual(4);
      expect(rag.indexes.resident.bytes).toBeLessThanOrEqual(one * 4);
      expect(engine.bytes()).toBe(rag.indexes.resident.bytes);
    }
  });

  it('are bounded in number', async () => {
    const engine = watchedEngine();
    const rag = await startRag({ engine, maxTenants: 3 });
    for (const tenant of tenants) {
      await publish(rag.store, tenant, await segmentOf(tenant, 'd1', ['plan']));
      await rag.find(tenant, 'plan');
    }
    expect(rag.indexes.resident.tenants).toBe(3);
    expect(engine.bytes()).toBe(rag.indexes.resident.bytes);
  });

  it('are read once for many requests at once, and only what is new after a publish', async () => {
    const store = createMemoryIndexStore();
    const read: string[] = [];
    const [tenant] = tenants as [(typeof tenants)[0], ...typeof tenants];
    const rag = await startRag({
      store: {
        ...store,
        readSegment(t, id) {
          read.push(id);
          return store.readSegment(t, id);
        },
      },
    });
    await publish(store, tenant, await segmentOf(tenant, 'd1', ['first plan']));
    await Promise.all(Array.from({ length: 10 }, () => rag.find(tenant, 'plan')));
    await publish(store, tenant, await segmentOf(tenant, 'd2', ['second plan']));
    const answers = await Promise.all(Array.from({ length: 10 }, () => rag.find(tenant, 'plan')));
    for (const { chunks } of answers) expect(chunks).toHaveLength(2);
    await store.hide(tenant, 'd1');
    expect((await rag.find(tenant, 'plan')).chunks).toHaveLength(1);
    expect(read).toEqual(['seg-d1-v1', 'seg-d2-v1']);
  });

  it('are not loaded when one is larger than all may be', async () => {
    const engine = watchedEngine();
    const rag = await startRag({ engine, maxBytes: 1_000 });
    const [tenant] = tenants as [(typeof tenants)[0], ...typeof tenants];
    await publish(rag.store, tenant, await segmentOf(tenant, 'd1', ['plan']));
    expect((await rag.ask(tenant, 'plan')).status).toBe(503);
    expect(engine.bytes()).toBe(0);
  });

  it('are loaded anew after a search failed', async () => {
    const engine = createSearchViews();
    let fails = false;
    const rag = await startRag({
      engine: {
        open: (view) => engine.open(view),
        search: (...args) => (fails ? Promise.reject(new Error('the thread ended')) : engine.search(...args)),
        drop: (viewId) => engine.drop(viewId),
        close: () => engine.close(),
      },
    });
    const [tenant] = tenants as [(typeof tenants)[0], ...typeof tenants];
    await publish(rag.store, tenant, await segmentOf(tenant, 'd1', ['plan']));
    await rag.find(tenant, 'plan');
    fails = true;
    expect((await rag.ask(tenant, 'plan')).status).toBe(503);
    expect(rag.indexes.resident.tenants).toBe(0);
    fails = false;
    expect((await rag.find(tenant, 'plan')).chunks).toHaveLength(1);
  });
});

async function segmentBytes(): Promise<number> {
  const [tenant] = tenants as [(typeof tenants)[0], ...typeof tenants];
  const engine = createSearchViews();
  const built = [await segmentOf(tenant, 'd1', [`plan of ${tenant}`])];
  const segments = built.map(({ segment }) => ({ id: segment.id, documents: segment.documents }));
  const { bytes } = await engine.open({ viewId: 'v', tenant, embedder: embedder.id, segments, built });
  await engine.close();
  return bytes;
}
