import type { Plan } from '../plan.ts';
import { type Check, finding, ofType, physicalName } from './check.ts';
import { conditionValues, type PlacedStatement, statementsOf } from './policies.ts';

/** Actions that change who may do what, or what runs as somebody. */
const rightsOverRights =
  /^(iam|organizations|account|sso|sso-admin):|^kms:(PutKeyPolicy|CreateGrant)$|^lambda:(?!Invoke|Get|List)|^eks:(?!Describe|List)|^s3:Put(Bucket|Replication|AccessPoint|LifecycleConfiguration)|^s3:DeleteBucket|^(sqs|sns):(AddPermission|Set\w+Attributes)$|^secretsmanager:(?!GetSecretValue|Describe|List)|^sts:(?!AssumeRole$|TagSession$|GetCallerIdentity$)/;

const ofRoles = (plan: Plan): PlacedStatement[] =>
  statementsOf(plan).filter(({ of, allows, isTrust }) => allows && !isTrust && /^aws:iam\//.test(of.type));

/** No role gives itself or another one more than it has, and none runs its own code as another. */
export const noRightsOverRights: Check = (plan) =>
  ofRoles(plan).flatMap(({ of, actions }) => {
    const found = actions.filter((action) => rightsOverRights.test(action));
    return found.length > 0 ? [finding(of, `it may change who may do what: ${found.join(', ')}`)] : [];
  });

/** A role becomes another one only as a tenant's session, of the tenant role that is its own. */
export const becomesOwnTenantRole: Check = (plan) => {
  const roles = new Map(ofType(plan, 'aws:iam/role:Role').map((role) => [physicalName(role), role]));
  return ofRoles(plan)
    .filter(({ actions }) => actions.includes('sts:AssumeRole'))
    .flatMap((statement) => {
      const { of, resources } = statement;
      const own = `${of.inputs.role}-tenant`;
      const others = resources.filter((arn) => arn.split('/').at(-1) !== own || !roles.has(own));
      const tagged =
        conditionValues(statement, /^ForAllValues:StringEquals$/, 'aws:TagKeys').join() === 'tenant_id' &&
        conditionValues(statement, /^Null$/, 'aws:RequestTag/tenant_id')[0] === 'false';
      return [
        ...others.map((arn) => finding(of, `it may become ${arn}`)),
        ...(tagged ? [] : [finding(of, 'it may become a role without naming one tenant')]),
      ];
    });
};

/** A tenant's session ends within the hour, so that what is taken away from a tenant is gone then. */
export const shortTenantSessions: Check = (plan) =>
  ofType(plan, 'aws:iam/role:Role')
    .filter((role) => physicalName(role).endsWith('-tenant'))
    .filter(({ inputs }) => Number(inputs.maxSessionDuration ?? 3_600) > 3_600)
    .map((role) => finding(role, `a session of it may last ${role.inputs.maxSessionDuration} s`));

/** What a role may touch is named: not everything whose name begins as the stage's names do. */
export const namedResources: Check = (plan) => {
  const all = new RegExp(`[:/]${plan.app.name}-(${plan.app.stage}-)?\\*`);
  return ofRoles(plan).flatMap(({ of, actions, resources }) =>
    resources
      .filter((arn) => all.test(arn))
      .map((arn) => finding(of, `it may ${actions.join(', ')} with everything of the stage (${arn})`)),
  );
};

/** The stage's keys open what a service keeps, never a text by itself: each use of one names the service. */
export const keysThroughServices: Check = (plan) =>
  statementsOf(plan)
    .filter(({ allows, isTrust, principals }) => allows && !isTrust && !principals.Service)
    .filter(({ actions }) =>
      actions.some((action) =>
        /^kms:(Decrypt|Encrypt|GenerateDataKey\w*|ReEncrypt\w*|CreateGrant)$/.test(action),
      ),
    )
    .filter(
      (statement) =>
        conditionValues(statement, /^StringEquals$/, 'kms:ViaService').length === 0 &&
        conditionValues(statement, /^Bool$/, 'kms:GrantIsForAWSResource')[0] !== 'true' &&
        conditionValues(statement, /^StringEquals$/, 'aws:PrincipalArn').length === 0,
    )
    .map(({ of, sid }) => finding(of, `statement ${sid || '(unnamed)'} uses a key without a service`));
