import { describe, expect, it } from 'vitest';
import { examplePlace as place } from '../../test/support/example-place.ts';
import {
  type FunctionResource,
  functions,
  type ServiceResource,
  services,
  type TenantData,
} from '../resources.ts';
import {
  grantStatements,
  podTrust,
  policyDocument,
  type Statement,
  serviceTrust,
  tenantRoleTrust,
  tenantStatements,
  workForTenant,
} from './policies.ts';

const keyArn = place.arn('kms', 'key/1');
const table = place.arn('dynamodb', 'table/atrium-prod-main');
const bucket = 'arn:aws:s3:::atrium-prod-documents-111122223333';

/** A request as IAM sees it. */
interface Request {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

const listed = (value: string | readonly string[] = []): readonly string[] =>
  typeof value === 'string' ? [value] : value;

const like = (pattern: string, text: string) =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*/g, '.*')
      .replace(/\?/g, '.')}$`,
  ).test(text);

/**
 * A small evaluator of what these documents use: variables, `*` and `?`, and the operators below with IAM's own rule for
 * keys that the request lacks. An operator that it does not know is an error.
 */
function allows(statements: readonly Statement[], { action, resource, context = {} }: Request): boolean {
  const filled = (pattern: string): string | undefined => {
    let missing = false;
    const text = pattern.replace(/\$\{([^}]+)\}/g, (_, key: string) => {
      const [value, ...others] = listed(context[key]);
      if (value === undefined || others.length > 0) missing = true;
      return value ?? '';
    });
    return missing ? undefined : text;
  };
  const matches = (patterns: string | readonly string[] | undefined, text: string) =>
    listed(patterns).some((each) => {
      const pattern = filled(each);
      return pattern !== undefined && like(pattern, text);
    });
  const holds = (operator: string, key: string, wanted: readonly string[]): boolean => {
    // A key with no value is a key that is not there.
    const present = listed(context[key]).length === 0 ? undefined : listed(context[key]);
    const equal = (value: string) => wanted.some((each) => filled(each) === value);
    if (operator === 'Null') return String(present === undefined) === wanted[0];
    if (operator === 'ForAllValues:StringEquals') return (present ?? []).every(equal);
    if (operator === 'StringEquals') return present?.some(equal) ?? false;
    if (operator === 'StringLike' || operator === 'ArnLike')
      return present?.some((value) => matches(wanted, value)) ?? false;
    throw new Error(`The evaluator does not know ${operator}`);
  };
  return statements.some(
    ({ Action, Resource, Condition = {} }) =>
      listed(Action).includes(action) &&
      (Resource === undefined || matches(Resource, resource)) &&
      Object.entries(Condition).every(([operator, keys]) =>
        Object.entries(keys).every(([key, wanted]) => holds(operator, key, listed(wanted))),
      ),
  );
}

const everything: TenantData = {
  table: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
  objects: ['read', 'write', 'list', 'delete'],
};
const own = { 'aws:PrincipalTag/tenant_id': 'acme' };
const may = (request: Request, data = everything) => allows(tenantStatements(place, keyArn, data), request);
const item = (tenant: string, context: Request['context'] = own, action = 'GetItem'): Request => ({
  action: `dynamodb:${action}`,
  resource: table,
  context: { ...context, 'dynamodb:LeadingKeys': [`TENANT#${tenant}`] },
});
const object = (key: string, action = 'GetObject', context: Request['context'] = own): Request => ({
  action: `s3:${action}`,
  resource: `${bucket}/${key}`,
  context,
});
const listing = (prefix: string | undefined, context: Request['context'] = own): Request => ({
  action: 's3:ListBucket',
  resource: bucket,
  context: { ...context, ...(prefix !== undefined && { 's3:prefix': prefix }) },
});

describe("a tenant's session", () => {
  it.each(everything.table)('reaches its own items: %s', (action) => {
    expect(may(item('acme', own, action))).toBe(true);
  });

  it.each(everything.table)('does not reach the items of another tenant: %s', (action) => {
    expect(may(item('globex', own, action))).toBe(false);
    expect(may(item('acme-2', own, action))).toBe(false);
    expect(may(item('acm', own, action))).toBe(false);
  });

  it('does not reach its own and another tenant in one request', () => {
    const both = { ...own, 'dynamodb:LeadingKeys': ['TENANT#acme', 'TENANT#globex'] };
    expect(may({ action: 'dynamodb:PutItem', resource: table, context: both })).toBe(false);
  });

  it('may do nothing with a request that names no key', () => {
    for (const action of ['GetItem', 'Query', 'PutItem'])
      expect(may({ action: `dynamodb:${action}`, resource: table, context: own })).toBe(false);
    const none = { ...own, 'dynamodb:LeadingKeys': [] };
    expect(may({ action: 'dynamodb:PutItem', resource: table, context: none })).toBe(false);
  });

  it('does not scan, and reaches no other table', () => {
    expect(may(item('acme', own, 'Scan'))).toBe(false);
    expect(may({ ...item('acme'), resource: place.arn('dynamodb', 'table/other') })).toBe(false);
    expect(may({ ...item('acme'), resource: `${table}/index/all` })).toBe(false);
  });

  it.each(['GetObject', 'PutObject', 'DeleteObject'])('reaches its own objects only: %s', (action) => {
    expect(may(object('tenants/acme/documents/d/v1/original', action))).toBe(true);
    for (const key of ['tenants/globex/x', 'tenants/acme-2/x', 'tenants/acme', 'other/acme/x'])
      expect(may(object(key, action))).toBe(false);
  });

  it('lists below its own prefix only', () => {
    expect(may(listing('tenants/acme/'))).toBe(true);
    expect(may(listing('tenants/acme/documents/'))).toBe(true);
    for (const prefix of ['tenants/globex/', 'tenants/acme', 'tenants/acme-2/', 'tenants/', '', undefined])
      expect(may(listing(prefix))).toBe(false);
  });

  it('is denied everything without its tag, whatever the request names', () => {
    for (const tenant of ['acme', '', `\${aws:PrincipalTag/tenant_id}`]) {
      const contexts: Request['context'][] = [{}, { 'aws:RequestTag/tenant_id': 'acme' }];
      for (const context of contexts) {
        expect(may(item(tenant, context))).toBe(false);
        expect(may(object(`tenants/${tenant}/x`, 'GetObject', context))).toBe(false);
        expect(may(listing(`tenants/${tenant}/`, context))).toBe(false);
      }
    }
  });

  it('uses the key through the stores of data only', () => {
    const decrypt = (service: string | undefined) =>
      may({
        action: 'kms:Decrypt',
        resource: keyArn,
        context: {
          ...own,
          ...(service !== undefined && { 'kms:ViaService': `${service}.eu-west-1.amazonaws.com` }),
        },
      });
    expect(decrypt('dynamodb')).toBe(true);
    expect(decrypt('s3')).toBe(true);
    expect(decrypt('secretsmanager')).toBe(false);
    expect(decrypt(undefined)).toBe(false);
  });

  it('may do no more than the function is described to do', () => {
    const { tenantData } = functions.chat;
    expect(may(item('acme'), tenantData)).toBe(true);
    for (const action of ['DeleteItem', 'Query'])
      expect(may(item('acme', own, action), tenantData), action).toBe(false);
    expect(may(object('tenants/acme/x'), tenantData)).toBe(false);
    expect(may(object('tenants/acme/x', 'PutObject'), services.rag.tenantData)).toBe(false);
    const actions = tenantStatements(place, keyArn, { table: ['GetItem'], objects: ['read'] });
    expect(actions.flatMap(({ Action }) => Action)).toEqual([
      'dynamodb:GetItem',
      's3:GetObject',
      'kms:Decrypt',
    ]);
  });
});

describe('becoming a tenant role', () => {
  const tenantRole = 'arn:aws:iam::111122223333:role/atrium-prod-chat-tenant';
  const role = 'arn:aws:iam::111122223333:role/atrium-prod-chat';
  const documents = { 'the role': [workForTenant(tenantRole)], 'the trust': tenantRoleTrust(role).Statement };
  const session = (tags: Record<string, string>, resource = tenantRole): Request => ({
    action: 'sts:AssumeRole',
    resource,
    context: {
      ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
      ...(Object.keys(tags).length > 0 && { 'aws:TagKeys': Object.keys(tags) }),
    },
  });

  it.each(Object.entries(documents))('takes the tenant as the one tag, by %s', (_, statements) => {
    expect(allows(statements, session({ tenant_id: 'acme' }))).toBe(true);
    expect(allows(statements, { ...session({ tenant_id: 'acme' }), action: 'sts:TagSession' })).toBe(true);
    expect(allows(statements, session({}))).toBe(false);
    expect(allows(statements, session({ tenant_id: 'acme', more: 'x' }))).toBe(false);
    expect(allows(statements, session({ other: 'acme' }))).toBe(false);
  });

  it('is for one role, and of one role', () => {
    expect(tenantRoleTrust(role).Statement.map(({ Principal }) => Principal)).toEqual([{ AWS: role }]);
    const other = 'arn:aws:iam::111122223333:role/atrium-prod-admin-tenant';
    expect(allows([workForTenant(tenantRole)], session({ tenant_id: 'acme' }, other))).toBe(false);
  });
});

describe('the list of tenants', () => {
  const list = `${table}/index/tenants`;
  const ask = (resource: string, action = 'Query') => ({ action: `dynamodb:${action}`, resource });

  it('is asked by whom it is granted, who reaches nothing else of the table', () => {
    const statements = grantStatements(place, keyArn, { tenantList: true });
    expect(allows(statements, ask(list))).toBe(true);
    for (const other of [table, `${table}/index/others`, `${list}-2`, list.replace('prod', 'dev')])
      expect(allows(statements, ask(other)), other).toBe(false);
    for (const action of ['Scan', 'GetItem', 'PutItem', 'PartiQLSelect'])
      expect(allows(statements, ask(list, action)), action).toBe(false);
  });

  it('opens the key by way of the table alone', () => {
    const decrypt = (context: Request['context'] = {}) =>
      allows(grantStatements(place, keyArn, { tenantList: true }), {
        action: 'kms:Decrypt',
        resource: keyArn,
        context,
      });
    expect(decrypt({ 'kms:ViaService': 'dynamodb.eu-west-1.amazonaws.com' })).toBe(true);
    expect(decrypt({ 'kms:ViaService': 's3.eu-west-1.amazonaws.com' })).toBe(false);
    expect(decrypt()).toBe(false);
  });

  it("is closed to every tenant's session, whichever key the request names", () => {
    for (const key of ['TENANT', 'TENANT#acme', 'TENANT#'])
      expect(may({ ...ask(list), context: { ...own, 'dynamodb:LeadingKeys': [key] } })).toBe(false);
  });

  it('is granted to the admin function and the sweep of reservations, and to nothing else', () => {
    const granted = Object.entries<FunctionResource | ServiceResource>({ ...functions, ...services }).filter(
      ([, { grants }]) => grants?.tenantList,
    );
    expect(granted.map(([name]) => name)).toEqual(['admin', 'admission-sweep']);
  });
});

describe('grants', () => {
  it('open the named secrets, and the key for them alone', () => {
    const statements = grantStatements(place, keyArn, {
      secrets: ['origin', 'multi-tenant-chatbot-secrets'],
    });
    const read = (name: string) =>
      allows(statements, {
        action: 'secretsmanager:GetSecretValue',
        resource: place.arn('secretsmanager', `secret:${name}`),
      });
    expect(read('atrium-prod-origin-a1B2c3')).toBe(true);
    expect(read('multi-tenant-chatbot-secrets-a1B2c3')).toBe(true);
    expect(read('atrium-prod-service-keys-a1B2c3')).toBe(false);
    expect(read('atrium-prod-origin-other-a1B2c3')).toBe(false);
    const decrypt = (name: string) =>
      allows(statements, {
        action: 'kms:Decrypt',
        resource: keyArn,
        context: {
          'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com',
          'kms:EncryptionContext:SecretARN': place.arn('secretsmanager', `secret:${name}`),
        },
      });
    expect(decrypt('atrium-prod-origin-a1B2c3')).toBe(true);
    expect(decrypt('atrium-prod-service-keys-a1B2c3')).toBe(false);
  });

  it('list executions only where that is granted', () => {
    const may = (list: boolean) =>
      allows(grantStatements(place, keyArn, { executions: { of: 'ingest', ...(list && { list: true }) } }), {
        action: 'states:ListExecutions',
        resource: place.arn('states', 'stateMachine:atrium-prod-ingest'),
      });
    expect([may(true), may(false)]).toEqual([true, false]);
  });

  it('are named without any wildcard that reaches beyond the stage', () => {
    const all = { secrets: ['origin'], executions: { of: 'ingest', list: true } } as const;
    const statements = [
      ...grantStatements(place, keyArn, all),
      ...tenantStatements(place, keyArn, everything),
    ];
    for (const { Action, Resource } of statements) {
      expect(listed(Action).filter((action) => action.includes('*'))).toEqual([]);
      for (const resource of listed(Resource)) expect(resource).toMatch(/^arn:[^*]+(\/|:)?\*?$/);
    }
  });
});

describe('trust', () => {
  it('in a service holds for this account, and for what of it is named', () => {
    const trust = serviceTrust(place, 'states', { sourceArn: place.arn('states', 'stateMachine:a') });
    const by = (account: string, name: string) =>
      allows(trust.Statement, {
        action: 'sts:AssumeRole',
        resource: '',
        context: {
          'aws:SourceAccount': account,
          'aws:SourceArn': place.arn('states', `stateMachine:${name}`),
        },
      });
    expect(by('111122223333', 'a')).toBe(true);
    expect(by('111122223333', 'b')).toBe(false);
    expect(by('444455556666', 'a')).toBe(false);
  });

  it('in pods holds for one service account', () => {
    const issuer = 'oidc.eks.eu-west-1.amazonaws.com/id/A';
    const trust = podTrust({ providerArn: 'arn:p', issuer, namespace: 'atrium', serviceAccount: 'rag' });
    const by = (account: string) =>
      allows(trust.Statement, {
        action: 'sts:AssumeRoleWithWebIdentity',
        resource: '',
        context: {
          [`${issuer}:aud`]: 'sts.amazonaws.com',
          [`${issuer}:sub`]: `system:serviceaccount:${account}`,
        },
      });
    expect([by('atrium:rag'), by('atrium:other'), by('kube-system:rag')]).toEqual([true, false, false]);
  });

  it('is never in the root of an account', () => {
    const all = [
      serviceTrust(place, 'lambda'),
      tenantRoleTrust('arn:aws:iam::111122223333:role/x'),
      policyDocument([]),
    ];
    expect(JSON.stringify(all)).not.toMatch(/:root|"AWS":"\*"/);
  });
});
