import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import faiss from 'faiss-node';
import { describe, expect, test } from 'vitest';
import { correctSource } from './correct-source.mjs';

const dimension = 8;

/** `count` vectors of `dimension` small integers, so that sums are exact. */
function vectors(count: number): Float32Array {
  return Float32Array.from({ length: count * dimension }, (_, i) => (i * 7919) % 31);
}

/** Runs the body of a function of `faiss` and `value` in a thread of its own. */
async function inWorker(body: string, value: unknown): Promise<unknown> {
  const addon = createRequire(import.meta.url).resolve('faiss-node');
  const code = `const { parentPort, workerData } = require('node:worker_threads');
    const run = (faiss, value) => { ${body} };
    parentPort.postMessage(run(require(workerData.addon), workerData.value));`;
  const worker = new Worker(code, { eval: true, workerData: { addon, value } });
  const [message] = await once(worker, 'message');
  await worker.terminate();
  return message;
}

describe('in worker threads', () => {
  test('an index written here is read and searched there, in several threads one after another and at once', async () => {
    const data = vectors(50);
    const index = new faiss.IndexFlatL2(dimension);
    index.add(data);
    const file = index.toBuffer();
    const query = data.slice(7 * dimension, 8 * dimension);
    const search = `const index = faiss.IndexFlatL2.fromBuffer(Buffer.from(value.file));
      const { labels } = index.search(value.query, 3);
      index.dispose();
      return labels;`;
    const here = index.search(query, 3).labels;
    expect(here[0]).toBe(7);
    expect(await inWorker(search, { file, query })).toEqual(here);
    expect(await Promise.all([1, 2, 3].map(() => inWorker(search, { file, query })))).toEqual([
      here,
      here,
      here,
    ]);
  });

  test('fromFactory builds there while this thread builds too', async () => {
    const build = "return faiss.Index.fromFactory(8, 'HNSW16').getDimension();";
    const built = inWorker(build, undefined);
    expect(faiss.Index.fromFactory(dimension, 'SQ8').getDimension()).toBe(dimension);
    expect(await built).toBe(8);
  });
});

describe('input', () => {
  test('arrays and typed arrays find the same', () => {
    const index = new faiss.IndexFlatIP(dimension);
    const data = vectors(20);
    index.add(data);
    index.add([...data]);
    const query = data.slice(0, dimension);
    expect(index.ntotal()).toBe(40);
    expect(index.search([...query], 5)).toEqual(index.search(query, 5));
  });

  test.each([
    ['a length that is no multiple of the dimension', () => new faiss.IndexFlatL2(dimension).add([1, 2, 3])],
    ['an item that is no number', () => new faiss.IndexFlatL2(1).add(['x' as unknown as number])],
    ['something that is no array', () => new faiss.IndexFlatL2(1).add('x' as unknown as number[])],
    ['a dimension of 0', () => new faiss.IndexFlatL2(0).add([1])],
    ['an unknown kind of index', () => faiss.Index.fromFactory(dimension, 'nonsense')],
    ['bytes that are no index', () => faiss.Index.fromBuffer(Buffer.from('not an index'))],
    ['a file that is not there', () => faiss.Index.read('/nonexistent/index')],
    ['a file that cannot be written', () => new faiss.IndexFlatL2(1).write('/nonexistent/index')],
    [
      'data for an index that must be trained first',
      () => faiss.Index.fromFactory(dimension, 'SQ8').add(vectors(1)),
    ],
    ['removal from a graph', () => faiss.Index.fromFactory(dimension, 'HNSW16').removeIds([0])],
    [
      'an index without a dimension',
      () => new (faiss.Index as unknown as new () => { ntotal(): number })().ntotal(),
    ],
  ])('%s is an error of JavaScript', (_, call) => {
    expect(call).toThrow(Error);
  });
});

describe('dispose', () => {
  test('a disposed index throws instead of answering', () => {
    const index = new faiss.IndexFlatL2(dimension);
    index.add(vectors(3));
    index.dispose();
    index.dispose();
    expect(() => index.search(vectors(1), 1)).toThrow('disposed');
    expect(() => index.ntotal()).toThrow('disposed');
    expect(() => index.toBuffer()).toThrow('disposed');
  });

  test('reading, searching and disposing over and over holds no memory', () => {
    const index = new faiss.IndexFlatL2(dimension);
    index.add(vectors(50_000));
    const file = index.toBuffer();
    const fileBytes = file.length;
    const query = vectors(1);
    const once = () => {
      const copy = faiss.IndexFlatL2.fromBuffer(file);
      copy.search(query, 1);
      copy.dispose();
    };
    for (let i = 0; i < 10; i += 1) once();
    const beforeBytes = process.memoryUsage.rss();
    for (let i = 0; i < 100; i += 1) once();
    // A leak of what is read would be a hundred times the file.
    expect(process.memoryUsage.rss() - beforeBytes).toBeLessThan(20 * fileBytes);
  });
});

describe('setParams', () => {
  test('takes what FAISS knows and refuses the rest', () => {
    const index = faiss.Index.fromFactory(dimension, 'HNSW16');
    index.add(vectors(10));
    index.setParams('efSearch=64');
    expect(index.search(vectors(1), 1).labels).toHaveLength(1);
    expect(() => index.setParams('nprobes=3')).toThrow(Error);
    expect(() => index.setParams(3 as unknown as string)).toThrow(TypeError);
  });
});

describe('correctSource', () => {
  test('stops at a source in which a place is missing or appears twice', () => {
    const entry = createRequire(import.meta.url).resolve('faiss-node');
    const source = readFileSync(join(dirname(entry), '..', 'src', 'faiss.cc'), 'utf8');
    expect(correctSource(source)).toContain('thread_local');
    expect(() => correctSource(source.replace('delete[] xb;', ''))).toThrow('expected');
    expect(() => correctSource(source + source)).toThrow('expected 1 places, found 2');
    expect(() => correctSource(correctSource(source))).toThrow('expected');
  });
});
