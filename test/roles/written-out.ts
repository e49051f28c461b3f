import type { Statement } from '../../stacks/access/policies.ts';

const variable = `\${aws:PrincipalTag/tenant_id}`;
const leadingKeys = 'dynamodb:LeadingKeys';

/**
 * What the statements of a tenant role come to for these tenants. The emulator knows tags, but neither variables in
 * policies nor `dynamodb:LeadingKeys`: a statement with the variable becomes one for each tenant, for sessions that are
 * tagged with that tenant, and what it says of leading keys is left out.
 */
export const writtenOut = (statements: readonly Statement[], tenants: readonly string[]): Statement[] =>
  statements.flatMap((statement) => {
    const text = JSON.stringify(statement);
    if (!text.includes(variable)) return [statement];
    return tenants.map((tenant) => forTenant(JSON.parse(text.replaceAll(variable, tenant)), tenant));
  });

function forTenant(statement: Statement, tenant: string): Statement {
  const conditions = Object.entries(statement.Condition ?? {}).map(([operator, values]) => {
    const { [leadingKeys]: _, ...others } = values;
    return [operator, others] as const;
  });
  if (conditions.some(([operator]) => operator === 'StringEquals')) {
    throw new Error('the statement has a StringEquals of its own');
  }
  return {
    ...statement,
    // A `Sid` is unique in its document.
    ...(statement.Sid !== undefined && { Sid: `${statement.Sid}${tenant}` }),
    Condition: {
      ...Object.fromEntries(conditions.filter(([, values]) => Object.keys(values).length > 0)),
      StringEquals: { 'aws:PrincipalTag/tenant_id': tenant },
    },
  };
}
