import type { Action } from '../roles.ts';

/**
 * What a key may be used for; nothing else, whatever its maker may do.
 *
 * - `chat` questions and answers, `/chat` and the OpenAI surface
 * - `documents` to upload, list, read and delete documents
 * - `config` to read and replace the tenant's configuration, and to try one on what was asked of late
 * - `keys` to list, make and revoke keys
 * - `delegate` to speak for other users: `user_id` of a request may be anyone of the tenant
 */
export const apiKeyScopes = ['chat', 'documents', 'config', 'keys', 'delegate'] as const;
export type ApiKeyScope = (typeof apiKeyScopes)[number];

/** The one table of what a scope opens. `delegate` opens nothing: it widens what another scope does. */
const allowed: Readonly<Record<ApiKeyScope, readonly Action[]>> = {
  chat: ['chat'],
  documents: ['documents:read', 'documents:write'],
  config: ['config:read', 'config:write', 'queries:read'],
  keys: ['keys:read', 'keys:write'],
  delegate: [],
};

/** What a key with these scopes may do. */
export const actionsOfScopes = (scopes: readonly ApiKeyScope[]): readonly Action[] => [
  ...new Set(scopes.flatMap((scope) => allowed[scope])),
];
