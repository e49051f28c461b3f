import type { Stage } from './stage.ts';

/** Options for what holds data or identity: in a retained stage no update and no removal deletes it. */
export const keep = (stage: Stage) =>
  stage.settings.retained ? ({ protect: true, retainOnDelete: true } as const) : {};
