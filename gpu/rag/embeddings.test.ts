import { describe, expect, it } from 'vitest';
import { createMemoryEmbedder } from '../../core/retrieval/embedder.memory.ts';
import type { Embedder } from '../../core/retrieval/embedder.ts';
import { vouchForTenant } from '../../core/tenants/tenant-id.ts';
import { createEmbeddings } from './embeddings.ts';

const [t1, t2] = [vouchForTenant('t1'), vouchForTenant('t2')];

/** An embedder that writes down what it is asked. */
function watched() {
  const embedder = createMemoryEmbedder();
  const asked: string[][] = [];
  let fails = false;
  const watchedEmbedder: Embedder = {
    ...embedder,
    async embed(texts, kind) {
      asked.push([kind, ...texts]);
      if (fails) throw new Error('out of memory');
      return embedder.embed(texts, kind);
    },
  };
  return {
    embedder: watchedEmbedder,
    asked,
    fail(now: boolean) {
      fails = now;
    },
  };
}

describe('kept embeddings', () => {
  it('are shared by requests of one tenant and by nobody else', async () => {
    const { embedder, asked } = watched();
    const embeddings = createEmbeddings(embedder);
    await Promise.all([embeddings.query(t1, 'hello'), embeddings.query(t1, 'hello')]);
    expect(asked).toEqual([['query', 'hello']]);
    await embeddings.query(t2, 'hello');
    expect(asked).toHaveLength(2);
  });

  it('of routes are made once for each distinct text, and come back in order', async () => {
    const { embedder, asked } = watched();
    const embeddings = createEmbeddings(embedder);
    const routes = [
      { id: 'A', description: 'about apples', examples: ['red apples', 'shared'] },
      { id: 'B', description: 'about boats', examples: ['shared'] },
    ];
    const embedded = await embeddings.routes(t1, routes);
    expect(asked).toEqual([['passage', 'about apples', 'red apples', 'shared', 'about boats']]);
    expect(embedded.map(({ route, vectors }) => [route.id, vectors.length])).toEqual([
      ['A', 3],
      ['B', 2],
    ]);
    expect(embedded[1]?.vectors[1]).toEqual(embedded[0]?.vectors[2]);
    await embeddings.routes(t1, [...routes, { id: 'C', description: 'about cats', examples: [] }]);
    expect(asked[1]).toEqual(['passage', 'about cats']);
  });

  it('are not kept when they could not be made', async () => {
    const { embedder, fail } = watched();
    const embeddings = createEmbeddings(embedder);
    fail(true);
    await expect(embeddings.query(t1, 'hello')).rejects.toThrow('out of memory');
    fail(false);
    expect(await embeddings.query(t1, 'hello')).toHaveLength(embedder.dimensions);
  });

  it('are whole when new texts push kept ones out of a full cache', async () => {
    const { embedder } = watched();
    const embeddings = createEmbeddings(embedder, { maxRouteTexts: 3, maxQueries: 1 });
    const routeOf = (...texts: string[]) => [
      { id: 'A', description: texts[0] as string, examples: texts.slice(1) },
    ];
    const expected = async (texts: string[]) => embedder.embed(texts, 'passage');
    // Within the cache's size, and more than all of it.
    for (const texts of [
      ['one', 'two', 'three'],
      ['one', 'four', 'five'],
      [...'abcde', 'five', 'a'],
    ]) {
      const [embedded] = await embeddings.routes(t1, routeOf(...texts));
      expect(embedded?.vectors).toEqual(await expected(texts));
    }
    const both = await Promise.all([embeddings.query(t1, 'one'), embeddings.query(t2, 'two')]);
    expect(both).toEqual(await embedder.embed(['one', 'two'], 'query'));
  });

  it('are not kept when the model left one out', async () => {
    const { embedder } = watched();
    let short = true;
    const embeddings = createEmbeddings({
      ...embedder,
      embed: async (texts, kind) => (short ? [] : embedder.embed(texts, kind)),
    });
    await expect(embeddings.query(t1, 'hello')).rejects.toThrow('no vector');
    short = false;
    expect(await embeddings.query(t1, 'hello')).toHaveLength(embedder.dimensions);
  });
});
