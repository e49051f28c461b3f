import { plannedAccount } from '../plan.ts';
import { type Check, finding, ofType } from './check.ts';
import type { PolicyStatement } from './policies.ts';
import { statementsOf } from './policies.ts';

/** Services that do not say what they act for, so that no condition can ask for it. */
const saysNothing = ['ec2.amazonaws.com', 'apigateway.amazonaws.com'];

/** What a service acts for, by which AWS tells accounts apart. */
const source = /^(aws:Source(Account|Arn)|kms:EncryptionContext:aws:logs:arn)$/i;

/** Whether the conditions hold for this account alone. What is turned round, or holds for a missing key, does not count. */
export const forThisAccount = ({ conditions }: PolicyStatement, keys: RegExp): boolean =>
  Object.entries(conditions)
    .filter(([operator]) => /^(String(Equals|Like)|Arn(Equals|Like))$/.test(operator))
    .flatMap(([, each]) => Object.entries(each))
    .some(([key, values]) => keys.test(key) && values.every((value) => value.includes(plannedAccount)));

/**
 * Services of AWS act for everybody; what one may do here it may do when it acts for this account (IAM User Guide, "The
 * confused deputy problem").
 */
export const servicesForThisAccount: Check = (plan) => [
  ...statementsOf(plan)
    .filter(({ allows, principals }) => allows && (principals.Service ?? []).length > 0)
    .filter(
      ({ principals, isTrust }) =>
        !(isTrust && (principals.Service ?? []).every((service) => saysNothing.includes(service))),
    )
    .filter((statement) => !forThisAccount(statement, source))
    .map(({ of, principals }) =>
      finding(of, `${(principals.Service ?? []).join(', ')} may act in it for any account`),
    ),
  ...ofType(plan, 'aws:lambda/permission:Permission').flatMap((each) => {
    const { principal, sourceArn, sourceAccount } = each.inputs;
    if (principal === '*') return [];
    if (!String(principal).endsWith('.amazonaws.com'))
      return [finding(each, `${principal} may invoke the function`)];
    return [sourceArn, sourceAccount].some((value) => String(value ?? '').includes(plannedAccount))
      ? []
      : [finding(each, `${principal} may invoke the function for any account`)];
  }),
];

/** Policies of stores that let a principal of AWS in would pass by the fence of the tenants' sessions. */
export const storesLetNobodyIn: Check = (plan) =>
  statementsOf(plan)
    .filter(
      ({ of, allows, isTrust }) => allows && !isTrust && /^aws:(s3|sqs|secretsmanager|sns)\//.test(of.type),
    )
    .filter(({ principals }) => (principals.AWS ?? []).length > 0 || (principals.Federated ?? []).length > 0)
    .map(({ of, principals }) =>
      finding(of, `its own policy lets ${Object.values(principals).flat().join(', ')} in`),
    );
