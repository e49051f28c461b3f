import { heldOutBeside, tunedBeside } from './random-facts.beside.ts';
import { tunedMore } from './random-facts.more.ts';
import { heldOutTemplates, tunedTemplates } from './random-facts.templates.ts';

/** The kinds of random facts of each part. */
export const tunedFacts = [...tunedTemplates, ...tunedBeside, ...tunedMore];
export const heldOutFacts = [...heldOutTemplates, ...heldOutBeside];
