import type { ImageName } from './resources.ts';
import type { Stage } from './stage.ts';

/** Built and pushed images by name: `ref` is repository and digest. */
export type Images = Readonly<Record<ImageName, { readonly ref: $util.Output<string> }>>;

export function createImages(_stage: Stage): Images {
  const of = { ref: $output('x') };
  return { 'request-router': of, orchestrator: of, 'rag-service': of };
}
