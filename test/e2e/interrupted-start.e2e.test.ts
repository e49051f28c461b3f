import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clientOf } from '../support/client.ts';
import { type RunningStage, startStage } from '../support/stage.ts';

/** One stage of its own that is interrupted at bad moments, in the order of the tests. */
let dir: string;
let stage: RunningStage;
const t1 = () => clientOf(stage.url, 't1');
const question = 'Which is cheaper, Gala apples at Mill Lane Co-op or at Greenleaf Market?';
const since = (at: number) => Math.round(performance.now() - at);

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'atrium-interrupted-'));
});
afterAll(async () => {
  await stage?.stop();
  await rm(dir, { recursive: true, force: true });
});

test('a first start that was interrupted while it read the samples is complete soon after the second', async () => {
  stage = await startStage({ dir, until: /sample documents loaded: 0 of 8/ });
  await sleep(1_500);
  await stage.stop();
  const startedAt = performance.now();
  stage = await startStage({ dir });
  console.log(`complete ${since(startedAt)} ms after the second start`);
  expect(stage.output()).toContain('sample documents loaded: 8 of 8');
  expect((await t1().ask(question)).all('citation').length).toBeGreaterThan(0);
  expect(since(startedAt)).toBeLessThan(60_000);
});

test('after a kill -9 of the emulated AWS the stage is not well before the samples are back', async () => {
  const killedAt = performance.now();
  stage.kill('aws');
  await expect.poll(async () => (await fetch(`${stage.url}/healthz`)).status).toBe(503);
  await stage.ready(60_000);
  console.log(`well ${since(killedAt)} ms after the kill`);
  expect((await t1().ask(question)).all('citation').length).toBeGreaterThan(0);
});

test('an upload that was interrupted is read after the next start; a sample that was deleted stays so', async () => {
  const sample = (await t1().documents()).find(({ title }) => /house/i.test(title));
  expect(await t1().remove(sample?.document_id ?? '')).toBe(202);
  await expect.poll(() => t1().document(sample?.document_id ?? ''), { timeout: 20_000 }).toBeUndefined();
  const upload = await t1().upload('late.txt', `The last bus of ${new Date().toISOString()} leaves at nine.`);
  await stage.stop();

  const startedAt = performance.now();
  stage = await startStage({ dir });
  const startMs = since(startedAt);
  expect(await t1().settled(upload, 30_000)).toMatchObject({ state: 'ready' });
  console.log(`ready ${since(startedAt)} ms after the start, which took ${startMs} ms`);
  expect((await t1().documents()).map(({ title }) => title)).not.toContain(sample?.title);
});
