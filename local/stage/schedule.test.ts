import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Schedule, scheduledFunctions } from './schedule.ts';

let status = 200;
let asked: string[] = [];
const host = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`);
  request.resume();
  setTimeout(() => response.writeHead(status).end('{"errorType":"Wrong"}'), 20);
});
let url = '';
let said: string[] = [];
beforeAll(async () => {
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
});
afterAll(() => {
  host.closeAllConnections();
  host.close();
});
beforeEach(() => {
  asked = [];
  said = [];
  status = 200;
});
const schedule = (everyMinutes: number, to = url) =>
  new Schedule([{ name: 'sweep', everyMinutes, timeoutS: 1 }], to, (line) => said.push(line));

test('the sweeps of ingestions and of reservations are scheduled', () => {
  expect(scheduledFunctions.map(({ name }) => name).sort()).toEqual(['admission-sweep', 'ingest-sweep']);
});

test('a function is invoked now, and again every so many minutes', async () => {
  const own = schedule(0.002);
  await own.runNow();
  expect(asked).toEqual(['POST /sweep']);
  await expect.poll(() => asked.length).toBeGreaterThan(2);
  own.stop();
  expect(said).toEqual([]);
});

test('who asks during a run gets one more run, however often it is asked', async () => {
  const own = schedule(5);
  const first = own.runNow();
  await new Promise((resolve) => setTimeout(resolve, 5));
  await Promise.all([own.runNow(), own.runNow(), first]);
  own.stop();
  expect(asked).toHaveLength(2);
});

test('a run that fails is told and ends nothing', async () => {
  status = 500;
  const own = schedule(5);
  await own.runNow();
  expect(said).toEqual([expect.stringContaining('sweep failed: {"errorType":"Wrong"}')]);
  own.stop();
  const nobody = schedule(5, 'http://127.0.0.1:1');
  await nobody.runNow();
  nobody.stop();
  expect(said).toHaveLength(2);
});
