import { afterAll, describe, expect, it } from 'vitest';
import type { IndexStore } from '../../core/retrieval/index-store.ts';
import { createSearchViews } from '../../core/retrieval/search-views.ts';
import { type TenantId, vouchForTenant } from '../../core/tenants/tenant-id.ts';
import { publish, segmentOf, startRag } from './rag-fixture.ts';
import { createSearchThreads } from './search-threads.ts';

const threads = createSearchThreads(2);
afterAll(() => threads.close());

const route = (id: string, example: string) => ({ id, description: example, examples: [example] });
const routes = [route('MERGER', 'when does the merger close'), route('SHIPS', 'ships leave at dawn')];
const open = ['Ships leave the harbour at dawn.', 'Tea is in the kitchen.'];
const secret = ['The merger with zx81 closes on the third of May.', 'The merger costs nine million.'];

let tenants = 0;
/** Tests share the threads, so each has a tenant of its own. */
const newTenant = () => vouchForTenant(`t${++tenants}`);

/** @param document.groups whom it is for */
async function put(
  store: IndexStore,
  tenant: TenantId,
  document: { id: string; texts: readonly string[]; groups: string[]; title?: string },
) {
  const { id, texts, groups, title } = document;
  await store.regroup(tenant, id, groups);
  await publish(store, tenant, await segmentOf(tenant, id, texts, 1, title));
}

describe.each([
  ['on the calling thread', () => createSearchViews()],
  ['in worker threads', () => threads],
])('groups of documents, searched %s', (_, engineOf) => {
  /** A tenant with a document for everybody and one for the board; and the same tenant without the second. */
  const setUp = async () => {
    const tenant = newTenant();
    const [rag, without] = [await startRag({ engine: engineOf() }), await startRag()];
    await put(rag.store, tenant, { id: 'open', texts: open, groups: [] });
    await put(without.store, tenant, { id: 'open', texts: open, groups: [] });
    await put(rag.store, tenant, { id: 'secret', texts: secret, groups: ['board'], title: 'Merger papers' });
    return { tenant, rag, without };
  };

  it.each(['When does the merger close?', 'zx81', 'the merger with zx81 closes on the third of may'])(
    'give nothing of a document of other groups away: %s',
    async (query) => {
      const { tenant, rag, without } = await setUp();
      const expected = await without.find(tenant, query, { routes });
      for (const groups of [[], ['staff'], ['Board', 'board ', 'boar']]) {
        const answer = await rag.find(tenant, query, { routes, groups });
        expect({ ...answer, revision: 1 }).toEqual(expected);
        expect(JSON.stringify(answer)).not.toMatch(/merger with|zx81|million|papers|secret/i);
      }
      const board = await rag.find(tenant, query, { routes, groups: ['staff', 'board'] });
      expect(board.chunks).toHaveLength(4);
      expect(board.chunks[0]).toMatchObject({ document_id: 'secret', title: 'Merger papers' });
      expect(JSON.stringify(board.evidence)).toContain('zx81');
    },
  );

  it('are none where the request names none', async () => {
    const { tenant, rag } = await setUp();
    const token = await rag.sign(tenant, 'rag');
    const response = await rag.send(token, { query: 'merger', routes: [] });
    expect(response.status).toBe(200);
    expect(await response.text()).not.toContain('zx81');
  });

  it('answer with nothing where everything is for others', async () => {
    const rag = await startRag({ engine: engineOf() });
    const tenant = newTenant();
    await put(rag.store, tenant, { id: 'secret', texts: secret, groups: ['board'] });
    const answer = await rag.find(tenant, 'merger', { groups: ['staff'] });
    expect(answer).toMatchObject({ chunks: [], evidence: [] });
  });

  it('still find as many chunks as were asked for', async () => {
    const rag = await startRag({ engine: engineOf() });
    const tenant = newTenant();
    const plans = Array.from({ length: 120 }, () => 'the merger plan');
    const others = Array.from({ length: 9 }, (_, i) => `tea number ${i}`);
    await put(rag.store, tenant, { id: 'secret', texts: plans, groups: ['board'] });
    await put(rag.store, tenant, { id: 'open', texts: others, groups: [] });
    const { chunks } = await rag.find(tenant, 'the merger plan', { k: 5, groups: ['staff'] });
    expect(chunks.map(({ document_id }) => document_id)).toEqual(Array.from({ length: 5 }, () => 'open'));
  });

  it('hold from the next request on, narrower or wider, without anything being read again', async () => {
    const { tenant, rag } = await setUp();
    const found = async (groups: string[]) =>
      (await rag.find(tenant, 'merger', { groups })).chunks.some((chunk) => chunk.document_id === 'secret');
    expect([await found(['staff']), await found(['board'])]).toEqual([false, true]);
    rag.store.readSegment = async () => {
      throw new Error('read again');
    };
    await rag.store.regroup(tenant, 'secret', ['staff']);
    expect([await found(['staff']), await found(['board'])]).toEqual([true, false]);
    await rag.store.regroup(tenant, 'secret', []);
    expect(await found([])).toBe(true);
    await rag.store.regroup(tenant, 'secret', ['nobody yet']);
    expect([await found([]), await found(['staff', 'board'])]).toEqual([false, false]);
  });

  it('are those of each request, however many are under way', async () => {
    const { tenant, rag } = await setUp();
    const asked = Array.from({ length: 30 }, (_, i) => (i % 3 === 0 ? ['board'] : ['staff']));
    await Promise.all(
      asked.map(async (groups) => {
        const { chunks } = await rag.find(tenant, 'merger', { groups });
        expect(chunks).toHaveLength(groups[0] === 'board' ? 4 : 2);
      }),
    );
  });
});

describe('groups in a request', () => {
  it('are not in the log, of good requests or of bad ones', async () => {
    const rag = await startRag();
    const tenant = newTenant();
    await put(rag.store, tenant, { id: 'secret', texts: secret, groups: ['the-board-of-nine'] });
    await rag.find(tenant, 'merger', { groups: ['the-board-of-nine'] });
    const token = await rag.sign(tenant, 'rag');
    const bad = await rag.send(token, { query: 'x', routes: [], groups: ['the-board-of-nine', 7] });
    expect(bad.status).toBe(422);
    expect(rag.lines).toHaveLength(2);
    expect(JSON.stringify(rag.lines)).not.toContain('the-board-of-nine');
  });

  it('are refused where they are no names, and are not guessed from other fields', async () => {
    const rag = await startRag();
    const tenant = newTenant();
    const token = await rag.sign(tenant, 'rag');
    const wrong = [
      { groups: null },
      { groups: 'board' },
      { groups: [''] },
      { groups: [['board']] },
      { group: ['board'] },
      { groups: Array.from({ length: 101 }, (_, i) => `g${i}`) },
    ];
    for (const each of wrong) {
      expect((await rag.send(token, { query: 'x', routes: [], ...each })).status).toBe(422);
    }
  });
});
