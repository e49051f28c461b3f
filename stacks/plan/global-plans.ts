import { makePlans } from './make-plan.ts';
import { variants } from './variants.ts';

/** Before the tests that read plans: makes all of them, so that no test sees one of yesterday. */
export default async function makeAllPlans(): Promise<void> {
  const outcomes = await makePlans(variants);
  const failed = outcomes.flatMap((outcome) =>
    'error' in outcome ? [`${outcome.variant.name}: ${outcome.error}`] : [],
  );
  if (failed.length > 0) throw new Error(`These stages could not be planned.\n${failed.join('\n')}`);
}
