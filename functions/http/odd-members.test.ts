import { expect, test } from 'vitest';
import { adminParts } from '../../test/support/admin-parts.ts';
import { ask, chatStand, json, t1 } from '../../test/support/chat-stand.ts';
import { createAdminApp } from '../admin/app.ts';
import { createAuthenticator } from './authenticate.ts';

/** Names that every object has, and what a document is answered that has them: with unknown members ignored or refused. */
const names: readonly (readonly [string, number, number])[] = [
  ['constructor', 200, 422],
  ['toString', 200, 422],
  ['valueOf', 200, 422],
  ['hasOwnProperty', 200, 422],
  ['__defineGetter__', 200, 422],
  ['__proto__', 400, 400],
];
const value = '{"roles":["owner"],"prototype":{"roles":["owner"]},"tenant_id":"t2","query":"hack"}';
const before = Object.getOwnPropertyNames(Object.prototype).sort();

test.each(names)('a member %s is harmless', async (name, chatStatus, configStatus) => {
  const stand = await chatStand();
  const app = stand.chatApp();
  const answer = await ask(app, `{"query":"Which oats are cheaper?","${name}":${value}}`, json);
  expect(answer.status).toBe(chatStatus);
  if (chatStatus === 200) expect(await answer.json()).toMatchObject({ tenant_id: 't1', refusal: null });

  const admin = createAdminApp({
    ...adminParts(stand.store),
    authenticator: createAuthenticator({ modes: ['header'] }),
  });
  const stored = await stand.store.get(t1);
  const put = await admin.request('/tenant/t1/config', {
    method: 'PUT',
    headers: { 'x-tenant-id': 't1', 'content-type': 'application/json' },
    body: `{"tenant_id":"t1","${name}":${value}}`,
  });
  expect(put.status).toBe(configStatus);
  expect(await stand.store.get(t1)).toEqual(stored);

  expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(before);
  expect({}).not.toHaveProperty('roles');
});
