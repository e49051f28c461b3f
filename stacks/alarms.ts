import type { Api } from './api.ts';
import type { Functions } from './functions.ts';
import type { Stage } from './stage.ts';
import type { Storage } from './storage.ts';
import type { Workflows } from './workflows.ts';

export function createAlarms(
  _stage: Stage,
  _with: { storage: Storage; functions: Functions; workflows: Workflows; api: Api },
): void {}
