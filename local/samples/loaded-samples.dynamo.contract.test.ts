import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../test/support/emulator.ts';
import { createDynamoLoadedSamples } from './loaded-samples.dynamo.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator?.stop());

test('what was loaded is remembered, once', async () => {
  const samples = createDynamoLoadedSamples(emulator.endpoint);
  expect(await samples.all()).toEqual(new Set());
  for (const sample of ['t1/a.md#1', 't1/b.md#2', 't1/a.md#1']) await samples.add(sample);
  expect(await createDynamoLoadedSamples(emulator.endpoint).all()).toEqual(
    new Set(['t1/a.md#1', 't1/b.md#2']),
  );
});
