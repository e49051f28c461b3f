import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryConfigStore } from '../../core/tenants/config-store.memory.ts';
import { tenantConfigSchema } from '../../core/tenants/schema.ts';
import { vouchForTenant } from '../../core/tenants/tenant-id.ts';
import { adminParts } from '../../test/support/admin-parts.ts';
import { createAuthenticator } from '../http/authenticate.ts';
import { createAdminApp } from './app.ts';

const prices = '# Prices';
let app: ReturnType<typeof createAdminApp>;
let written: string[];

beforeEach(async () => {
  written = [];
  const configs = createMemoryConfigStore();
  for (const id of ['t1', 't2']) {
    await configs.put(vouchForTenant(id), tenantConfigSchema.parse({ tenant_id: id }), true);
  }
  const parts = adminParts(configs);
  const { blobs } = parts;
  app = createAdminApp({
    ...parts,
    blobs: {
      ...blobs,
      put: (...args) => {
        written.push(args[1]);
        return blobs.put(...args);
      },
    },
    authenticator: createAuthenticator({ modes: ['header'] }),
  });
});

/** Uploads; every form has a boundary of its own. */
async function upload(
  key: string | undefined,
  fields: { readonly content?: string; readonly name?: string; readonly groups?: readonly string[] } = {},
  tenant = 't1',
) {
  const form = new FormData();
  form.set('file', new File([fields.content ?? prices], fields.name ?? 'prices.md'));
  for (const group of fields.groups ?? []) form.append('groups', group);
  const encoded = new Response(form);
  const response = await app.request(`/tenant/${tenant}/documents`, {
    method: 'POST',
    headers: {
      'x-tenant-id': tenant,
      'content-type': encoded.headers.get('content-type') ?? '',
      ...(key !== undefined && { 'idempotency-key': key }),
    },
    body: await encoded.arrayBuffer(),
  });
  return {
    status: response.status,
    location: response.headers.get('location'),
    replayed: response.headers.get('idempotency-replayed'),
    json: (await response.json()) as Record<string, unknown>,
  };
}

describe('an upload with a key', () => {
  it('is accepted once, and answered again to the letter, whatever the boundary of its form', async () => {
    const first = await upload('k', { groups: ['a', 'b'] });
    expect(first).toMatchObject({ status: 202, replayed: null });
    const again = await upload('k', { groups: ['b', 'a'] });
    expect(again).toEqual({ ...first, replayed: 'true' });
    expect(written).toHaveLength(1);
  });

  it.each([
    ['content', { content: 'other' }],
    ['name', { name: 'other.md' }],
    ['groups', { groups: ['a'] }],
  ])('is another request with another %s', async (_name, fields) => {
    await upload('k');
    expect(await upload('k', fields)).toMatchObject({
      status: 422,
      json: { type: 'urn:atrium:problem:idempotency-mismatch' },
    });
    expect(written).toHaveLength(1);
  });

  it('that is refused leaves the key free', async () => {
    await upload(undefined, { groups: ['a'] });
    expect(await upload('k', { groups: ['b'] })).toMatchObject({ status: 409, replayed: null });
    expect(await upload('k', { content: 'other' })).toMatchObject({ status: 202, replayed: null });
  });

  it("of one tenant is none of another's", async () => {
    const first = await upload('k');
    const other = await upload('k', {}, 't2');
    expect(other).toMatchObject({ status: 202, replayed: null });
    expect(other.json.document_id).not.toBe(first.json.document_id);
  });

  it('that is malformed is a 400', async () => {
    expect(await upload('a,b')).toMatchObject({
      status: 400,
      json: { errors: [{ field: 'header:idempotency-key' }] },
    });
    expect(written).toHaveLength(0);
  });
});
