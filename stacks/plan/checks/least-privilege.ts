import { type Allowed, allowedForEverybody, allowedManagedPolicies, allowedWildcards } from './allowed.ts';
import { type Check, finding, ofType, texts } from './check.ts';
import { type PlacedStatement, statementsOf } from './policies.ts';
import { forThisAccount } from './services.ts';

/** In the policy of a resource `*` is that resource, and nothing else can be. */
const meansItself = new Set([
  'aws:kms/key:Key',
  'aws:kms/keyPolicy:KeyPolicy',
  'aws:ecr/repositoryPolicy:RepositoryPolicy',
]);

/** Everything of a service, of an account or of a kind; what is below a named thing is not. */
function isWide(resource: string): boolean {
  if (/^\*+$/.test(resource)) return true;
  const [, , service = '', region = '', account = '', ...rest] = resource.split(':');
  if ([service, region, account].some((part) => part.includes('*'))) return true;
  const thing = rest.join(':');
  return thing.startsWith('*') || (service !== 's3' && /^[a-z-]+[/:]\*$/.test(thing));
}

const isAllowed = (statement: PlacedStatement, list: readonly Allowed[]) =>
  list.some(
    ({ type, name, actions }) =>
      type === statement.of.type &&
      name.test(statement.of.name) &&
      statement.actions.every((action) => actions.includes(action)),
  );

/** No statement that allows has an action with `*`, or everything as its resource. */
export const noWildcards: Check = (plan) => wildcards(plan, allowedWildcards);

/** The same with a list of exceptions. */
export function wildcards(plan: Parameters<Check>[0], list: readonly Allowed[]): ReturnType<Check> {
  return statementsOf(plan)
    .filter(({ allows }) => allows)
    .flatMap((statement) => {
      const { of, sid, actions, resources } = statement;
      const which = sid ? `statement ${sid}` : 'a statement';
      const wide = meansItself.has(of.type) ? [] : resources.filter(isWide);
      return [
        ...actions
          .filter((action) => action.includes('*'))
          .filter(() => !isAllowed(statement, list))
          .map((action) => finding(of, `${which} allows the action ${action}`)),
        ...wide
          .filter(() => !isAllowed(statement, list))
          .map((resource) => finding(of, `${which} allows ${actions.join(', ')} on ${resource}`)),
      ];
    });
}

/** What is left out of a statement grows with AWS, so nothing is allowed by leaving out. */
export const nothingByLeavingOut: Check = (plan) =>
  statementsOf(plan)
    .filter(
      ({ allows, notActions, notResources, leavesOutPrincipals }) =>
        allows && (notActions.length > 0 || notResources.length > 0 || leavesOutPrincipals),
    )
    .map(({ of, sid }) => finding(of, `statement ${sid || '(unnamed)'} allows what it does not name`));

/** No policy of a resource lets everybody in; who may be anybody must come from somewhere that is named. */
export const nothingForEverybody: Check = (plan) =>
  statementsOf(plan)
    .filter(({ allows, principals }) => allows && Object.values(principals).flat().includes('*'))
    .filter(
      (statement) =>
        !forThisAccount(statement, /^aws:(SourceArn|SourceAccount|PrincipalArn|PrincipalAccount)$/i),
    )
    .filter((statement) => !isAllowed(statement, allowedForEverybody))
    .map(({ of, sid }) => finding(of, `statement ${sid || '(unnamed)'} allows everybody`));

/** Roles have policies of their own, and of AWS's only those that EKS asks for. */
export const fewManagedPolicies: Check = (plan) => {
  const allowed = new Set(allowedManagedPolicies.map(({ policy }) => policy));
  const wrong = (arns: string[]) =>
    arns
      .map((arn) => arn.split('/').at(-1) ?? arn)
      .filter((policy, at) => arns[at]?.includes(':iam::aws:') && !allowed.has(policy));
  return [
    ...ofType(plan, 'aws:iam/rolePolicyAttachment:RolePolicyAttachment').flatMap((each) =>
      wrong(texts(each.inputs.policyArn)).map((policy) =>
        finding(each, `attaches AWS's own policy ${policy}`),
      ),
    ),
    ...ofType(plan, 'aws:iam/role:Role').flatMap((role) =>
      wrong(texts(role.inputs.managedPolicyArns)).map((policy) =>
        finding(role, `has AWS's own policy ${policy}`),
      ),
    ),
  ];
};
