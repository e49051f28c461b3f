import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stageNames } from '../settings.ts';
import { readPlan, root } from './plan.ts';
import { costTable } from './standing-cost.ts';

test('docs/deploy.md has the costs that follow from the plans', () => {
  const documented = readFileSync(join(root, 'docs/deploy.md'), 'utf8');
  expect(documented).toContain(costTable(stageNames.map(readPlan)));
});
