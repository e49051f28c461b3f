import { afterAll, describe, expect, it } from 'vitest';
import { vouchForTenant } from '../../core/tenants/tenant-id.ts';
import { publish, segmentOf, startRag } from './rag-fixture.ts';
import { createSearchThreads } from './search-threads.ts';

const engine = createSearchThreads(2);
afterAll(() => engine.close());

const tenants = Array.from({ length: 6 }, (_, i) => vouchForTenant(`tenant-${i}`));

describe('search in worker threads', () => {
  it('finds what each tenant has, with eviction, new versions and deletes under way', {
    timeout: 30_000,
  }, async () => {
    const rag = await startRag({ engine, maxTenants: 3 });
    for (const tenant of tenants)
      await publish(rag.store, tenant, await segmentOf(tenant, 'd1', [`plan of ${tenant}`]));
    for (let version = 2; version <= 4; version++) {
      await Promise.all(
        tenants.map(async (tenant) => {
          await publish(rag.store, tenant, await segmentOf(tenant, 'd1', [`plan of ${tenant}`], version));
          const answers = await Promise.all([rag.find(tenant, 'plan'), rag.find(tenant, 'plan')]);
          for (const { chunks, evidence } of answers) {
            expect(chunks.map((chunk) => [chunk.tenant_id, chunk.version])).toEqual([[tenant, version]]);
            expect(evidence).toHaveLength(1);
          }
        }),
      );
    }
    await Promise.all(tenants.map((tenant) => rag.store.hide(tenant, 'd1')));
    for (const tenant of tenants) expect((await rag.find(tenant, 'plan')).chunks).toEqual([]);
    expect(rag.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('answers 503 for a damaged segment and goes on with others', { timeout: 30_000 }, async () => {
    const rag = await startRag({ engine });
    const [a, b] = [vouchForTenant('damaged'), vouchForTenant('whole')];
    const built = await segmentOf(a, 'd1', ['plan']);
    await publish(rag.store, a, { ...built, segment: { ...built.segment, embedder: 'another-model' } });
    await publish(rag.store, b, await segmentOf(b, 'd1', ['plan']));
    expect((await rag.ask(a, 'plan')).status).toBe(503);
    expect((await rag.find(b, 'plan')).chunks).toHaveLength(1);
  });
});
