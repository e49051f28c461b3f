import { expect, test } from 'vitest';
import { vouchForTenant } from '../../core/tenants/tenant-id.ts';
import { problemResponse } from './problem-response.ts';
import { serviceCaller } from './service-caller.ts';

const t1 = vouchForTenant('t1');
const reason = new Error('expired');
const verify = async (token: string) => {
  if (token !== 'a.b-_.c') throw reason;
  return t1;
};

test('the tenant of a service is the one that its token names', async () => {
  expect(await serviceCaller(verify, 'Bearer a.b-_.c')).toBe(t1);
});

test.each<[string, string | undefined, unknown]>([
  ['no header', undefined, undefined],
  ['an empty header', '', undefined],
  ['another scheme', 'Basic a.b-_.c', undefined],
  ['no token', 'Bearer ', undefined],
  ['two tokens', 'Bearer a.b-_.c, Bearer a.b-_.c', undefined],
  ['something after the token', 'Bearer a.b-_.c x', undefined],
  ['a token that is not valid', 'Bearer x.y.z', reason],
])('%s is a 401 that says how to prove it, and not why', async (_what, authorization, cause) => {
  const problem = await serviceCaller(verify, authorization).catch((error: unknown) => error);
  expect(problem).toMatchObject({ code: 'unauthenticated' });
  expect((problem as Error).cause).toBe(cause);
  const response = problemResponse(problem as never);
  expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  expect(await response.text()).not.toContain('expired');
});
