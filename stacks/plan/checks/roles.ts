import { type FunctionResource, functions, tenantList } from '../../resources.ts';
import { type Plan, type PlannedResource, plannedAccount } from '../plan.ts';
import { type Check, finding, ofType, physicalName, record } from './check.ts';
import { otherBuckets } from './described.ts';
import { conditionValues, type PlacedStatement, type PolicyStatement, statementsOf } from './policies.ts';

/** Why a statement trusts more than it should, if it does. */
function tooTrusting({ allows, principals, conditions }: PolicyStatement): string[] {
  if (!allows) return [];
  const roles = (principals.AWS ?? []).flatMap((who) => {
    if (who === '*') return ['it trusts everybody'];
    if (who === plannedAccount || who.endsWith(':root')) return [`it trusts a whole account (${who})`];
    if (who.split(':')[4] !== plannedAccount) return [`it trusts another account (${who})`];
    return who.includes('*') ? [`it trusts more than one (${who})`] : [];
  });
  const named = Object.entries(conditions.StringEquals ?? {});
  const values = (end: string) => named.find(([key]) => key.endsWith(end))?.[1] ?? [];
  const federated = (principals.Federated ?? []).flatMap((who) =>
    values(':sub').length === 1 && values(':aud').length === 1
      ? []
      : [`it trusts more than one identity of ${who}: the conditions name no one subject and audience`],
  );
  const services = (principals.Service ?? []).flatMap((who) =>
    who.includes('*') ? ['it trusts every service'] : [],
  );
  return [...roles, ...federated, ...services];
}

/** Each role names the service, the role or the service account that may become it. */
export const narrowTrust: Check = (plan) =>
  statementsOf(plan)
    .filter(({ isTrust }) => isTrust)
    .flatMap((statement) => tooTrusting(statement).map((problem) => finding(statement.of, problem)));

/** Each function runs as a role that is no other function's. */
export const ownRoles: Check = (plan) => {
  const users = new Map<string, string[]>();
  const functions = ofType(plan, 'aws:lambda/function:Function');
  for (const { inputs, name } of functions) {
    const role = String(inputs.role ?? '');
    users.set(role, [...(users.get(role) ?? []), name]);
  }
  const known = new Set(ofType(plan, 'aws:iam/role:Role').map(physicalName));
  return functions.flatMap((each) => {
    const role = String(each.inputs.role ?? '');
    const others = (users.get(role) ?? []).filter((name) => name !== each.name);
    if (role === '') return [finding(each, 'it has no role')];
    if (!known.has(role.split('/').at(-1) ?? ''))
      return [finding(each, `its role ${role} is not in the plan`)];
    return others.length > 0 ? [finding(each, `it shares its role with ${others.join(', ')}`)] : [];
  });
};

const itemAction = /^dynamodb:(?!Describe|List)/;
const objectAction = /^s3:/;
const sessionTenant = `\${aws:PrincipalTag/tenant_id}`;

/** The names of the roles that a session becomes for one tenant. */
function tenantRoles(plan: Parameters<Check>[0]): Set<string> {
  return new Set(
    statementsOf(plan)
      .filter(({ isTrust, actions, allows }) => isTrust && allows && actions.includes('sts:TagSession'))
      .map(({ of }) => physicalName(of)),
  );
}

/** Whether these can be tenants' objects: everything but the buckets that hold other things. */
const tenantsObjects = (resources: readonly string[]) =>
  !resources.every((arn) =>
    otherBuckets.some((name) => new RegExp(`^arn:aws:s3:::[a-z0-9-]+-${name}-\\d{12}(/|$)`).test(arn)),
  );

/** The roles of functions that may ask which tenants there are. */
const listingRoles = (plan: Plan): string[] =>
  Object.entries<FunctionResource>(functions)
    .filter(([, { grants }]) => grants?.tenantList)
    .map(([name]) => `${plan.app.name}-${plan.app.stage}-${name}`);

const mayList = (plan: Plan, { of }: PlacedStatement) =>
  listingRoles(plan).includes(String(record(of.inputs).role ?? physicalName(of)));

/** Whether all that a statement allows is to ask the list of tenants. */
function asksListOnly(plan: Plan, { actions, resources }: PlacedStatement): boolean {
  const table = `${plan.app.name}-${plan.app.stage}-${tenantList.table}`;
  const list = new RegExp(`^arn:aws:dynamodb:[a-z0-9-]+:\\d{12}:table/${table}/index/${tenantList.index}$`);
  return (
    actions.join() === 'dynamodb:Query' && resources.length > 0 && resources.every((arn) => list.test(arn))
  );
}

/** Whether a resource is an index, or may be one: in a policy `*` goes over slashes. */
const isIndex = (arn: string) => /^\*|^arn:[^:]*:dynamodb:.*(\/index\/|[*?])/.test(arn);

/**
 * An index goes across tenants. The one that there is, is asked by the functions that look after all tenants, as
 * themselves, and by nobody else: not by any tenant's session either.
 */
export const tenantListForTwo: Check = (plan) =>
  statementsOf(plan)
    .filter(({ allows, isTrust, of }) => allows && !isTrust && /^aws:iam\//.test(of.type))
    .filter(({ actions }) =>
      actions.some((action) => itemAction.test(action) || /^(\*|dynamodb:\*)/.test(action)),
    )
    .filter(({ resources }) => resources.some(isIndex))
    .filter((statement) => !(asksListOnly(plan, statement) && mayList(plan, statement)))
    .map(({ of, sid, actions }) =>
      finding(of, `statement ${sid || '(unnamed)'} allows ${actions.join(', ')} on an index, across tenants`),
    );

/** Tenants' data is reached by sessions of a tenant, never by what a function or a pod runs as. */
export const dataByTenantRolesOnly: Check = (plan) => {
  const tenant = tenantRoles(plan);
  return statementsOf(plan)
    .filter(({ allows, isTrust, of }) => allows && !isTrust && /^aws:iam\//.test(of.type))
    .filter(({ of }) => !tenant.has(String(record(of.inputs).role ?? physicalName(of))))
    .filter((statement) => !(asksListOnly(plan, statement) && mayList(plan, statement)))
    .flatMap(({ of, actions, resources }) => {
      const data = actions.filter(
        (action) => itemAction.test(action) || (objectAction.test(action) && tenantsObjects(resources)),
      );
      return data.length > 0 ? [finding(of, `it allows ${data.join(', ')} without a tenant's session`)] : [];
    });
};

function itemsProblems(statement: PolicyStatement): string[] {
  const keys = conditionValues(statement, /^ForAllValues:String(Equals|Like)$/, 'dynamodb:LeadingKeys');
  const isFenced = keys.length > 0 && keys.every((key) => key === `TENANT#${sessionTenant}`);
  const guard = conditionValues(statement, /^Null$/, 'dynamodb:LeadingKeys');
  return [
    ...(isFenced ? [] : ["it allows items whose key is not the session's tenant"]),
    ...(guard[0] === 'false' ? [] : ['a request that names no key is allowed: the Null guard is missing']),
    ...(statement.actions.some((action) => /Scan|PartiQL|\*/.test(action))
      ? ['it allows reading the whole table']
      : []),
  ];
}

function objectsProblems(statement: PolicyStatement): string[] {
  const prefix = `tenants/${sessionTenant}/`;
  const listings = statement.actions.filter((action) => /Bucket/.test(action));
  const prefixes = conditionValues(statement, /^StringLike$/, 's3:prefix');
  const objects = statement.actions.length > listings.length;
  return [
    ...(objects && !statement.resources.every((arn) => arn.endsWith(`/${prefix}*`))
      ? ["it allows objects outside the session's tenant"]
      : []),
    ...(listings.length > 0 && !(prefixes.length > 0 && prefixes.every((each) => each.startsWith(prefix)))
      ? ["it allows listing outside the session's tenant"]
      : []),
  ];
}

/** What a tenant's session may do is fenced by the tag of the session, also for a request that names no key. */
export const fencedTenantRoles: Check = (plan) => {
  const tenant = tenantRoles(plan);
  return statementsOf(plan)
    .filter(({ allows, isTrust }) => allows && !isTrust)
    .filter(({ of }) => tenant.has(String(record(of.inputs).role ?? physicalName(of))))
    .flatMap((statement) =>
      [
        ...(statement.actions.some((action) => action.startsWith('dynamodb:'))
          ? itemsProblems(statement)
          : []),
        ...(statement.actions.some((action) => action.startsWith('s3:')) ? objectsProblems(statement) : []),
      ].map((problem) => finding(statement.of, problem)),
    );
};

/** A tenant's session is made by one role, and only with the tenant in its one tag. */
export const tenantRolesForOne: Check = (plan) => {
  const tenant = tenantRoles(plan);
  return ofType(plan, 'aws:iam/role:Role')
    .filter((role) => tenant.has(physicalName(role)))
    .flatMap((role) => {
      const trusts = statementsOf(plan).filter(({ of, isTrust, allows }) => of === role && isTrust && allows);
      const who = trusts.flatMap(({ principals }) => Object.values(principals).flat());
      const tagged = trusts.every(
        (each) =>
          conditionValues(each, /^ForAllValues:StringEquals$/, 'aws:TagKeys').join() === 'tenant_id' &&
          conditionValues(each, /^Null$/, 'aws:RequestTag/tenant_id')[0] === 'false',
      );
      return [
        ...(who.length === 1 ? [] : [finding(role, `${who.length} may become it, where one is meant to`)]),
        ...who
          .filter((arn) => `${arn.split('/').at(-1)}-tenant` !== physicalName(role))
          .map((arn) => finding(role, `${arn} may become it, whose own it is not`)),
        ...(tagged ? [] : [finding(role, 'a session without exactly the tag tenant_id can be made')]),
        ...('tenant_id' in record(role.inputs.tags)
          ? [finding(role, 'its own tag tenant_id would be the tag of every session')]
          : []),
      ];
    });
};

/** What lets Lambda put a function into the network is denied to the function's own code. */
export const networkNotForCode: Check = (plan) => {
  const statements = statementsOf(plan);
  const rights = (of: PlannedResource, allows: boolean) =>
    statements
      .filter((each) => each.of === of && each.allows === allows)
      .filter(
        (each) => allows || conditionValues(each, /^ArnEquals$/, 'lambda:SourceFunctionArn').length === 1,
      )
      .flatMap(({ actions }) => actions)
      .filter((action) => /^ec2:.*PrivateIpAddresses$|^ec2:(Create|Delete)NetworkInterface$/.test(action));
  const policies = [...new Set(statements.map(({ of }) => of))];
  const functionRoles = ofType(plan, 'aws:lambda/function:Function').map(({ inputs }) =>
    String(inputs.role).split('/').at(-1),
  );
  return policies
    .filter(({ inputs }) => functionRoles.includes(String(inputs.role)))
    .flatMap((of) => {
      const left = rights(of, true).filter((action) => !rights(of, false).includes(action));
      return left.length > 0 ? [finding(of, `the function's own code may ${left.join(', ')}`)] : [];
    });
};
