import { Problem } from '../problems/problem.ts';

/** The denial of a tenant that nobody has brought into being. */
export const unknownTenant = (): Problem => new Problem('not-found', 'There is no such tenant.');
