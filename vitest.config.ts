import { defineConfig } from 'vitest/config';

const folders = ['core', 'functions', 'workflows', 'gpu', 'stacks', 'local', 'test', 'bench', 'eval', 'web'];
const contract = folders.map((folder) => `${folder}/**/*.contract.test.ts`);
const e2e = ['test/e2e/**/*.e2e.test.ts'];

/**
 * Five projects, so that `vitest run --project unit` stays fast and without network: plan tests read the plans of all
 * stages, which they have made anew; contract suites talk to an emulator that they start, e2e suites to a whole local
 * stage; and the long matrices of `npm run verify` stay out of `npm test`.
 */
export default defineConfig({
  test: {
    // A pattern that stops matching must fail the run, not pass it in silence.
    passWithNoTests: false,
    projects: [
      {
        test: {
          name: 'unit',
          include: folders.map((folder) => `${folder}/**/*.test.ts`),
          exclude: ['**/node_modules/**', '**/*.{contract,e2e,plan,verify}.test.ts'],
          environment: 'node',
          testTimeout: 10_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'plan',
          include: ['stacks/**/*.plan.test.ts'],
          globalSetup: ['stacks/plan/global-plans.ts'],
          environment: 'node',
          // Terraform's provider takes its time on a machine that does other things as well.
          testTimeout: 300_000,
          hookTimeout: 300_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'contract',
          include: contract,
          environment: 'node',
          testTimeout: 30_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: e2e,
          globalSetup: ['test/e2e/global-stage.ts'],
          environment: 'node',
          testTimeout: 120_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: 'verify',
          include: ['test/verify/**/*.verify.test.ts'],
          environment: 'node',
          testTimeout: 600_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
