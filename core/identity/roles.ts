/** What a caller may be within the tenant that it was established for. */
export const roles = ['operator', 'owner', 'editor', 'member', 'auditor'] as const;
export type Role = (typeof roles)[number];

/** What can be done, each decided on its own. */
export const actions = [
  'chat',
  'documents:read',
  'documents:write',
  'config:read',
  'config:write',
  'tenants:create',
] as const;
export type Action = (typeof actions)[number];

/**
 * The one table of who may do what. An operator runs the platform and an auditor looks after its use: neither sees what
 * a tenant's documents say. A member reads documents, since answers cite them.
 */
const allowed: Readonly<Record<Role, readonly Action[]>> = {
  operator: ['config:read', 'config:write', 'tenants:create'],
  owner: ['chat', 'documents:read', 'documents:write', 'config:read', 'config:write'],
  editor: ['chat', 'documents:read', 'documents:write', 'config:read'],
  member: ['chat', 'documents:read'],
  auditor: ['config:read'],
};

/** Whether any of the roles may do it; no role may do nothing. */
export function may(held: readonly Role[], action: Action): boolean {
  return held.some((role) => allowed[role].includes(action));
}
