import type { Statement } from '../../stacks/access/policies.ts';
import type { IamUse } from './iam-use.ts';
import { resourcePattern } from './resource-pattern.ts';

/**
 * The actions, each on a resource, that statements allow and nobody asked for.
 *
 * What has to do with keys is left out: services ask for it in the name of who asks them, so no request shows it, and
 * the emulator does not ask.
 *
 * @param tenants whose names may stand where a statement has the variable.
 */
export function unusedGrants(
  statements: readonly Statement[],
  uses: readonly IamUse[],
  tenants: readonly string[],
): string[] {
  const granted = statements.flatMap(({ Action, Resource }) =>
    [Action].flat().flatMap((action) => [Resource ?? []].flat().map((resource) => ({ action, resource }))),
  );
  return granted
    .filter(({ action }) => !action.startsWith('kms:'))
    .filter(({ action, resource }) => {
      const patterns = tenants.map((tenant) =>
        resourcePattern(resource.replaceAll(`\${aws:PrincipalTag/tenant_id}`, tenant)),
      );
      return !uses.some(
        (use) => use.action === action && patterns.some((pattern) => pattern.test(use.resource)),
      );
    })
    .map(({ action, resource }) => `${action} on ${resource}`);
}
