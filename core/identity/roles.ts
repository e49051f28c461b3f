/** What a caller may be within the tenant that it was established for. */
export const roles = ['operator', 'owner', 'editor', 'member', 'auditor'] as const;
export type Role = (typeof roles)[number];

/** Whether a text from outside is the name of a role. */
export const isRole = (text: string): text is Role => roles.some((role) => role === text);

/**
 * What a tenant's configuration can speak of when it narrows routes and tools: a role, or `key` for whoever comes with
 * an API key, which has no role.
 */
export const standings = [...roles, 'key'] as const;
export type Standing = (typeof standings)[number];

/** What can be done, each decided on its own. */
export const actions = [
  'chat',
  'documents:read',
  'documents:write',
  'config:read',
  'config:write',
  'keys:read',
  'keys:write',
  'queries:read',
  'tenants:create',
  'tenants:read',
] as const;
export type Action = (typeof actions)[number];

/**
 * The one table of who may do what. An operator runs the platform and an auditor looks after its use: neither sees what
 * a tenant's documents say, nor what its users asked. A member reads documents, since answers cite them.
 */
const allowed: Readonly<Record<Role, readonly Action[]>> = {
  operator: ['config:read', 'config:write', 'tenants:create', 'tenants:read'],
  owner: [
    'chat',
    'documents:read',
    'documents:write',
    'config:read',
    'config:write',
    'keys:read',
    'keys:write',
    'queries:read',
  ],
  editor: ['chat', 'documents:read', 'documents:write', 'config:read'],
  member: ['chat', 'documents:read'],
  auditor: ['config:read'],
};

/** What any of the roles may do; no role may do nothing. */
export const actionsOfRoles = (held: readonly Role[]): readonly Action[] => [
  ...new Set(held.flatMap((role) => allowed[role])),
];
