import type { featureNames } from './evidence-features.ts';

/**
 * What each feature adds to the log-odds that a sentence is an answer. Fitted by `node eval/fit.ts` on the tuned part of
 * `eval/` alone; `unknown`, `misfits`, `novel`, `another`, `absentNamed`, `part` and `undefined` were set by hand, since what they
 * find leaves little doubt. `npm run eval` measures them on the held-out part.
 */
export const evidenceWeights: Readonly<Record<(typeof featureNames)[number], number>> = {
  bias: 1.45,
  cosine: 1.48,
  stated: 1.29,
  framed: 0.74,
  unknown: -5,
  misfits: -6,
  vague: -0.32,
  stray: -0.89,
  strayNamed: -0.92,
  bare: -1.32,
  undone: -2.8,
  another: -4,
  novel: -2,
  absent: -1.81,
  absentOpen: -1.08,
  absentNamed: -3,
  part: -6,
  undefined: -5,
};
