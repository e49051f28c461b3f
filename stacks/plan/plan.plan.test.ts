import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { settings } from '../settings.ts';
import { allowedForEverybody, allowedManagedPolicies, allowedWildcards } from './checks/allowed.ts';
import { guarantees } from './checks/guarantees.ts';
import { statementsOf } from './checks/policies.ts';
import { counts } from './counts.ts';
import { readPlan, root } from './plan.ts';
import { frontOf, variants } from './variants.ts';

const plans = variants.map((variant) => ({ variant, plan: readPlan(variant.name) }));

describe.each(plans)('$variant.name', ({ variant, plan }) => {
  const context = { settings: settings[variant.stage], front: frontOf(variant) };

  test.each(Object.keys(guarantees))('%s', (name) => {
    const findings = guarantees[name]?.(plan, context) ?? [];
    const found = findings.map(({ resource, problem }) => `${resource}: ${problem}`);
    expect(found, found.slice(0, 10).join('\n')).toEqual([]);
  });
});

test('the plans have as many resources of each type as were last agreed to', async () => {
  const all = Object.fromEntries(plans.map(({ variant, plan }) => [variant.name, counts(plan)]));
  // `vitest run --project plan --update` agrees to new ones.
  await expect(`${JSON.stringify(all, null, 2)}\n`).toMatchFileSnapshot(
    join(root, 'stacks', 'plan', 'counts.snapshot.json'),
  );
});

test('every exception is needed', () => {
  const statements = plans.flatMap(({ plan }) => statementsOf(plan));
  const unused = [...allowedWildcards, ...allowedForEverybody].filter(
    ({ type, name, actions }) =>
      !actions.every((action) =>
        statements.some(
          ({ of, actions: own }) => of.type === type && name.test(of.name) && own.includes(action),
        ),
      ),
  );
  expect(unused).toEqual([]);
  const text = JSON.stringify(plans);
  expect(allowedManagedPolicies.filter(({ policy }) => !text.includes(`/${policy}"`))).toEqual([]);
});
