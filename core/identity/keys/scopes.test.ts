import { describe, expect, it } from 'vitest';
import { actionsOfScopes, apiKeyScopes } from './scopes.ts';

describe('the scopes of a key', () => {
  it('open what they are named for and nothing else', () => {
    expect(Object.fromEntries(apiKeyScopes.map((scope) => [scope, actionsOfScopes([scope])]))).toEqual({
      chat: ['chat'],
      documents: ['documents:read', 'documents:write'],
      config: ['config:read', 'config:write', 'queries:read'],
      keys: ['keys:read', 'keys:write'],
      delegate: [],
    });
  });

  it('add up, and no key may bring a tenant into being or list tenants', () => {
    expect(actionsOfScopes([])).toEqual([]);
    expect(actionsOfScopes(['delegate', 'chat', 'keys'])).toEqual(['chat', 'keys:read', 'keys:write']);
    expect(actionsOfScopes(apiKeyScopes).filter((action) => action.startsWith('tenants:'))).toEqual([]);
  });
});
