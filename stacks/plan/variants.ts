import { settings, stageNames } from '../settings.ts';

/** One plan that is made: a stage, or a stage with another setting than its own. */
export interface Variant {
  /** Of its file in `.plan/`. */
  readonly name: string;
  readonly stage: (typeof stageNames)[number];
  readonly front?: 'function-url' | 'api-gateway';
}

const stages: readonly Variant[] = stageNames.map((stage) => ({ name: stage, stage }));

/** The stages, and prod with the other streaming front, which must be ready to be switched to. */
export const variants: readonly Variant[] = [
  ...stages,
  { name: 'prod-api-gateway', stage: 'prod', front: 'api-gateway' },
];

/** What answers for the streaming function in a plan. */
export const frontOf = ({ stage, front }: Variant) => front ?? settings[stage].streamingFront;

/** @throws naming the plans that there are, for any other name. */
export function variantOf(name: string): Variant {
  const found = variants.find((each) => each.name === name);
  if (found) return found;
  throw new Error(
    `There is no stage "${name}". Plans are made for: ${variants.map((each) => each.name).join(', ')}.`,
  );
}
