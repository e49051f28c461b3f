import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOnnxEmbedder } from '../../core/retrieval/embedder.onnx.ts';
import { vouchForTenant } from '../../core/tenants/tenant-id.ts';
import { tenantListArn } from '../../stacks/access/policies.ts';
import { type FunctionResource, functions, type ServiceResource, services } from '../../stacks/resources.ts';
import { type Emulator, startEmulator } from '../support/emulator.ts';
import { emulatedPlace } from './emulated-place.ts';
import { assumeRole, createEmulatedRole, type EmulatedRole } from './emulated-roles.ts';
import { heldUp } from './held-up.ts';
import { createOwner, type Owner } from './owner.ts';
import { type Recorded, startRecordingEndpoint } from './recording-endpoint.ts';
import { embedderFiles } from './run-as-role.ts';
import { type RoleName, scenarios } from './scenarios.ts';
import { tryData } from './try-data.ts';
import { tryGrants } from './try-grants.ts';
import { unusedGrants } from './unused-grants.ts';

const [t1, t2] = [vouchForTenant('t1'), vouchForTenant('t2')];
const resources: Readonly<Record<RoleName, FunctionResource | ServiceResource>> = {
  ...functions,
  ...services,
};
const names = Object.keys(scenarios) as RoleName[];

let emulator: Emulator;
let owner: Owner;
const roles = new Map<RoleName, EmulatedRole>();
const roleOf = (name: RoleName): EmulatedRole => {
  const role = roles.get(name);
  if (!role) throw new Error(`${name} has no role`);
  return role;
};

beforeAll(async () => {
  emulator = await startEmulator({ authorise: true });
  for (const name of names) {
    roles.set(name, await createEmulatedRole(emulator.endpoint, name, resources[name], [t1, t2]));
  }
  const embedder = await createOnnxEmbedder({
    modelPath: embedderFiles.EMBEDDER_MODEL_PATH,
    tokenizerPath: embedderFiles.EMBEDDER_TOKENIZER_PATH,
  });
  owner = await createOwner(emulator, embedder);
});
afterAll(() => emulator?.stop());

it('there is a role for all that reaches tenants or is granted anything', () => {
  const wanting = Object.entries(services as Readonly<Record<string, ServiceResource>>).filter(
    ([, { tenantData, grants }]) => tenantData ?? grants,
  );
  expect([...Object.keys(functions), ...wanting.map(([name]) => name)].sort()).toEqual([...names].sort());
});

describe.each(names)('the role of %s', (name) => {
  const { tenantData = { table: [], objects: [] }, grants = {} } = resources[name];

  it('lets its code do all that it does, with its own items alone, and grants nothing else', async () => {
    const endpoint = await startRecordingEndpoint(emulator.endpoint);
    const stand = { role: roleOf(name), endpoint: endpoint.url, owner, tenant: t1 };
    const failure = await scenarios[name](stand).catch(String);
    endpoint.close();
    const uses = endpoint.calls.flatMap(({ uses }) => uses);
    expect(endpoint.calls.filter(({ refusal }) => /AccessDenied|not authorized/.test(refusal ?? ''))).toEqual(
      [],
    );
    expect(failure).toBeUndefined();

    // What `dynamodb:LeadingKeys` says in AWS: every item is in the partition of the tenant that the session carries.
    const calls = endpoint.calls.filter(({ uses: [use] }) => use?.action.startsWith('dynamodb:'));
    const isList = ({ uses: [use] }: Recorded) => use?.resource === tenantListArn(emulatedPlace);
    const items = calls.filter((call) => !isList(call));
    expect(items.filter(({ tenant }) => tenant !== t1)).toEqual([]);
    expect(
      items.flatMap(({ uses: of }) => of).filter(({ partition }) => partition !== `TENANT#${t1}`),
    ).toEqual([]);
    // The list of tenants is nobody's: it is asked in no tenant's session, by whom it is granted.
    const lists = calls.filter(isList);
    expect(lists.filter(({ tenant }) => tenant !== undefined)).toEqual([]);
    expect(lists.length > 0).toBe(grants.tenantList === true);
    const resource = resources[name];
    if (!('handler' in resource) || resource.network) expect(heldUp(uses)).toEqual([]);
    expect(unusedGrants(roleOf(name).statements, uses, [t1])).toEqual([]);
  });

  it('reaches no data by itself, and the secrets and executions that it is granted', async () => {
    const { credentials } = roleOf(name);
    expect(await tryData(emulator, credentials, t1)).toEqual({ table: [], objects: [] });
    const { secrets = [], executions, tenantList } = grants;
    expect(await tryGrants(emulator.endpoint, credentials)).toEqual({
      secrets: [...secrets].sort(),
      executions: executions ? ['describe', ...(executions.list ? ['list'] : []), 'start'] : [],
      tenantList: tenantList ? ['query'] : [],
    });
  });

  it("in a tenant's session reaches the tenant's data as far as is granted, and no object of another", async () => {
    const { tenantRoleArn: role, credentials: by } = roleOf(name);
    if (role === undefined) return expect(tenantData).toEqual({ table: [], objects: [] });
    const session = await assumeRole(emulator.endpoint, { role, by, tags: { tenant_id: t1 } });
    expect(await tryData(emulator, session, t1)).toEqual({
      table: [...tenantData.table].sort(),
      objects: [...tenantData.objects].sort(),
    });
    expect((await tryData(emulator, session, t2)).objects).toEqual([]);
    expect(await tryGrants(emulator.endpoint, session)).toEqual({
      secrets: [],
      executions: [],
      tenantList: [],
    });
  });

  it('has no session without a tenant, with more than one tag, or of the tenant role of another', async () => {
    const { tenantRoleArn: role, credentials: by } = roleOf(name);
    const others = names.flatMap((each) => (each === name ? [] : (roleOf(each).tenantRoleArn ?? [])));
    const asks = others.map((other) => ({ role: other, by, tags: { tenant_id: t1 } }));
    if (role !== undefined) {
      const extra = { tenant_id: t1, other: 'x' };
      for (const tags of [{}, { other: t1 }, extra]) asks.push({ role, by, tags: tags as typeof extra });
    }
    for (const ask of asks) {
      await expect(assumeRole(emulator.endpoint, ask)).rejects.toMatchObject({ name: 'AccessDenied' });
    }
  });
});
