import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { createMemoryRevocationStore } from '../../core/identity/revocations/revocation-store.memory.ts';
import {
  authenticatorEnvironment,
  createStageAuthenticator,
} from '../../functions/http/authenticator-environment.ts';
import { tokenIssuer } from './token-issuer.ts';

const folder = mkdtempSync(join(tmpdir(), 'atrium-issuer-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const authenticatorOf = (AUTH_ISSUERS: string) =>
  createStageAuthenticator(z.object(authenticatorEnvironment).parse({ AUTH_MODES: 'jwt', AUTH_ISSUERS }), {
    revocations: createMemoryRevocationStore(),
    log: () => {},
  }).authenticator;
const wish = { tenant: 't1', roles: ['editor'], user: 'ann', minutes: 5 };

test('a stage takes the tokens of its own folder, also after a restart, and of no other', async () => {
  const token = await tokenIssuer(folder).mint(wish);
  const headers = new Headers({ authorization: `Bearer ${token}` });
  const again = authenticatorOf(tokenIssuer(folder).trusted);
  expect(await again({ headers, address: undefined })).toMatchObject({
    tenant: 't1',
    subject: 'ann',
    roles: ['editor'],
  });
  const other = authenticatorOf(tokenIssuer(join(folder, 'other')).trusted);
  await expect(other({ headers, address: undefined })).rejects.toMatchObject({ code: 'unauthenticated' });
});

test('the key is for nobody else to read, and not among what the stage trusts', () => {
  const { trusted } = tokenIssuer(folder);
  expect(statSync(join(folder, 'token-key.json')).mode & 0o077).toBe(0);
  expect(JSON.parse(trusted)[0].jwks.keys[0]).not.toHaveProperty('d');
});
