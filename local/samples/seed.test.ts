import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { LoadedSamples } from './loaded-samples.ts';
import { seed } from './seed.ts';

/** A gateway that takes every document; what becomes of each is decided by its number. */
let uploads = 0;
let stateOf: (n: number) => { state: string; reason?: string } | undefined = () => ({ state: 'ready' });
const gateway = createServer((request, response) => {
  request.resume();
  const answer = (status: number, body: object) => response.writeHead(status).end(JSON.stringify(body));
  if (request.url?.endsWith('/config')) return answer(200, {});
  if (request.method === 'POST') return answer(202, { document_id: `doc_${++uploads}` });
  const view = stateOf(Number(request.url?.split('_').at(-1)));
  return view ? answer(200, view) : answer(404, {});
});
let url = '';
let said: string[] = [];
let known: Set<string>;
beforeAll(async () => {
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
});
afterAll(() => {
  gateway.closeAllConnections();
  gateway.close();
});
beforeEach(() => {
  uploads = 0;
  said = [];
  known = new Set();
});
const loaded: LoadedSamples = {
  all: async () => new Set(known),
  add: async (sample) => void known.add(sample),
};
const run = () => seed({ url, loaded, say: (line) => said.push(line), signal: new AbortController().signal });

test('a sample that was loaded once is not loaded again', async () => {
  stateOf = () => ({ state: 'ready' });
  await run();
  expect([uploads, known.size]).toEqual([8, 8]);
  await run();
  expect(uploads).toBe(8);
  expect(said.at(-1)).toBe('sample documents loaded: 8 of 8');
});

test('one that cannot be read is told with its reason, holds nobody up, and is tried at the next start', async () => {
  stateOf = (n) => (n === 3 ? { state: 'failed', reason: 'Not a text.' } : { state: 'ready' });
  await run();
  expect(said).toContainEqual(expect.stringMatching(/^t1\/.* could not be loaded: Not a text\.$/));
  expect(said.at(-1)).toBe('sample documents loaded: 7 of 8');
  stateOf = () => ({ state: 'ready' });
  await run();
  expect([uploads, known.size]).toEqual([9, 8]);
});

test('one that is deleted while it is loaded holds nobody up', async () => {
  stateOf = (n) => (n === 1 ? undefined : { state: 'ready' });
  await run();
  expect(known.size).toBe(7);
});
