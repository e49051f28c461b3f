import { describe, expect, it } from 'vitest';
import { createMemoryIndexStore } from '../../core/retrieval/index-store.memory.ts';
import type { Manifest } from '../../core/retrieval/manifest.ts';
import type { SearchEngine } from '../../core/retrieval/search-engine.ts';
import { createSearchViews } from '../../core/retrieval/search-views.ts';
import { type TenantId, vouchForTenant } from '../../core/tenants/tenant-id.ts';
import { embedder, publish, segmentOf, startRag } from './rag-fixture.ts';
import { createTenantIndexes } from './tenant-indexes.ts';

const tenant = vouchForTenant('t1');

/** A service whose pointers can be put back, as when the table is restored, and which tells what is open. */
async function restorable() {
  const pointers = new Map<TenantId, Manifest>();
  const memory = createMemoryIndexStore({ manifests: pointers });
  const hooks: { beforeRead?: () => Promise<void>; beforeSearch?: () => Promise<void> } = {};
  const store: typeof memory = {
    ...memory,
    async readSegment(...args) {
      await hooks.beforeRead?.();
      return memory.readSegment(...args);
    },
  };
  const views = createSearchViews();
  const open = new Set<string>();
  const engine: SearchEngine = {
    ...views,
    async open(view) {
      const answer = await views.open(view);
      open.add(view.viewId);
      return answer;
    },
    async search(...args) {
      await hooks.beforeSearch?.();
      return views.search(...args);
    },
    drop(viewId) {
      open.delete(viewId);
      views.drop(viewId);
    },
  };
  const rag = await startRag({ store, engine });
  const add = async (id: string, text: string) => publish(store, tenant, await segmentOf(tenant, id, [text]));
  const found = async () => {
    const { chunks, revision } = await rag.find(tenant, 'plan');
    return { revision, texts: chunks.map(({ text }) => text).sort() };
  };
  return { pointers, store, engine, open, hooks, add, found, indexes: rag.indexes };
}

function gate() {
  let go = () => {};
  const passed = new Promise<void>((resolve) => {
    go = resolve;
  });
  return { passed, go };
}

describe('an index whose pointer was moved by hand', () => {
  it('is the restored one after its revision went back', async () => {
    const { pointers, add, found } = await restorable();
    await add('d1', 'plan one');
    const first = pointers.get(tenant) as Manifest;
    await add('d2', 'plan two');
    expect(await found()).toEqual({ revision: 2, texts: ['plan one', 'plan two'] });
    pointers.set(tenant, first);
    expect(await found()).toEqual({ revision: 1, texts: ['plan one'] });
  });

  it('is told from another one of the same revision', async () => {
    const { pointers, add, found } = await restorable();
    await add('d1', 'plan one');
    const first = pointers.get(tenant) as Manifest;
    await add('d2', 'plan two');
    await found();
    pointers.set(tenant, first);
    await add('d3', 'plan three');
    expect(await found()).toEqual({ revision: 2, texts: ['plan one', 'plan three'] });
  });

  it('is let go when the tenant has none any more, and nothing of it comes back with a new one', async () => {
    const { pointers, open, add, found, indexes } = await restorable();
    await add('d1', 'plan of the former owner');
    await found();
    pointers.delete(tenant);
    expect(await found()).toEqual({ revision: 0, texts: [] });
    expect(indexes.resident).toEqual({ tenants: 0, bytes: 0 });
    expect(open.size).toBe(0);
    await add('d1', 'plan of the new owner');
    expect(await found()).toEqual({ revision: 1, texts: ['plan of the new owner'] });
  });

  it('has the new content of a segment whose id came again, though the former is being searched', async () => {
    const { pointers, open, hooks, add, found } = await restorable();
    await add('d1', 'plan before');
    await found();
    const [searching, { passed, go }] = [gate(), gate()];
    hooks.beforeSearch = () => {
      searching.go();
      return passed;
    };
    const former = found();
    await searching.passed;
    delete hooks.beforeSearch;
    pointers.delete(tenant);
    await add('d1', 'plan after');
    expect(await found()).toEqual({ revision: 1, texts: ['plan after'] });
    go();
    expect(await former).toEqual({ revision: 1, texts: ['plan before'] });
    expect(open.size).toBe(1);
  });

  it('is not kept when the tenant lost it while it was loaded', async () => {
    const { pointers, open, hooks, add, found, indexes } = await restorable();
    await add('d1', 'plan');
    const [reading, { passed, go }] = [gate(), gate()];
    hooks.beforeRead = () => {
      reading.go();
      return passed;
    };
    const former = found();
    await reading.passed;
    pointers.delete(tenant);
    expect(await found()).toEqual({ revision: 0, texts: [] });
    go();
    expect(await former).toEqual({ revision: 1, texts: ['plan'] });
    expect(indexes.resident.tenants).toBe(0);
    expect(open.size).toBe(0);
  });

  it('is not loaded in turns by requests that read different pointers at once', async () => {
    const { pointers, store, engine, add } = await restorable();
    await add('d1', 'plan one');
    await add('d2', 'plan two');
    const later = pointers.get(tenant) as Manifest;
    pointers.set(tenant, { ...later, id: 'another', revision: 7 });
    const earlier = pointers.get(tenant) as Manifest;

    // The pointer goes back from revision 7 to 2 while reads are under way; answers come in any order.
    const reads: { answer: (manifest: Manifest) => void }[] = [];
    let opened = 0;
    const indexes = createTenantIndexes({
      store: { ...store, manifest: () => new Promise((answer) => reads.push({ answer })) },
      engine: {
        ...engine,
        open(view) {
          opened++;
          return engine.open(view);
        },
      },
      embedderId: embedder.id,
      maxTenants: 5,
      maxBytes: 10_000_000,
    });
    const used = Array.from({ length: 20 }, () =>
      indexes.use(tenant, async (search, revision) => {
        await search('plan', (await embedder.embed(['plan'], 'query'))[0] as Float32Array, 5, []);
        return revision;
      }),
    );
    const order = Array.from({ length: 20 }, (_, i) => (i * 7) % 20);
    for (const i of order) {
      reads[i]?.answer(i < 10 ? earlier : later);
      await new Promise((resolve) => setTimeout(resolve, i % 3));
    }
    const revisions = await Promise.all(used);
    // Whoever began to read after the move has the newer one; the others have either.
    expect(revisions.slice(10)).toEqual(Array.from({ length: 10 }, () => 2));
    for (const revision of revisions.slice(0, 10)) expect([2, 7]).toContain(revision);
    expect(opened).toBeLessThanOrEqual(2);
  });

  it('does not fail with the load of an older one that others wait for', async () => {
    const { pointers, hooks, add, found } = await restorable();
    await add('d1', 'plan');
    const [reading, { passed, go }] = [gate(), gate()];
    hooks.beforeRead = async () => {
      reading.go();
      await passed;
      throw new Error('swept up');
    };
    const former = found();
    former.catch(() => {});
    await reading.passed;
    pointers.delete(tenant);
    await add('d2', 'another plan');
    const newer = found();
    await new Promise((resolve) => setTimeout(resolve, 20));
    go();
    delete hooks.beforeRead;
    await expect(former).rejects.toThrow('503');
    expect((await newer).texts).toEqual(['another plan']);
  });
});
