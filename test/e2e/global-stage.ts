import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startStage } from '../support/stage.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the stage that the e2e files share. */
    stageUrl: string;
    /** Address of that stage's emulated AWS. */
    awsUrl: string;
    /** The folder of its state. */
    stageDir: string;
  }
}

/** One stage, from nothing, for all the e2e files that leave its parts alone. */
export default async function setup(project: TestProject) {
  const dir = await mkdtemp(join(tmpdir(), 'atrium-e2e-'));
  const stage = await startStage({ dir });
  const parts = await stage.parts();
  project.provide('stageUrl', stage.url);
  project.provide('awsUrl', parts.find(({ name }) => name === 'aws')?.url ?? '');
  project.provide('stageDir', dir);
  return async () => {
    await stage.stop();
    await rm(dir, { recursive: true, force: true });
  };
}
