import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { makePlan } from './make-plan.ts';
import { planPath } from './plan.ts';
import { variantOf, variants } from './variants.ts';

test('a plan that is made again is the same, byte for byte', async () => {
  const before = readFileSync(planPath('prod'), 'utf8');
  const outcome = await makePlan(variantOf('prod'));
  expect('error' in outcome ? outcome.error : undefined).toBeUndefined();
  expect(readFileSync(planPath('prod'), 'utf8')).toBe(before);
}, 120_000);

test('a stage that there is not ends with the names of those that there are', async () => {
  expect(() => variantOf('qa')).toThrow('There is no stage "qa". Plans are made for: dev, staging, prod');
  const [variant] = variants;
  if (!variant) throw new Error('there is no variant');
  const outcome = await makePlan({ ...variant, name: 'qa', stage: 'qa' as 'dev' });
  expect(outcome).toMatchObject({
    error: 'There is no stage "qa"; stacks/settings.ts has dev, staging, prod.',
  });
});
