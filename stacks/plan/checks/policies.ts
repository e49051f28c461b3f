import type { Plan, PlannedResource } from '../plan.ts';
import { texts } from './check.ts';

/** A statement of an IAM policy with every shorthand written out. */
export interface PolicyStatement {
  readonly sid: string;
  readonly allows: boolean;
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly resources: readonly string[];
  readonly notResources: readonly string[];
  /** By kind (`AWS`, `Service`, `Federated`); everybody is `*` under `AWS`. */
  readonly principals: Readonly<Record<string, readonly string[]>>;
  /** Whether it names whom it does not mean. */
  readonly leavesOutPrincipals: boolean;
  /** Operator, key, values: `{StringEquals: {'aws:SourceAccount': ['1']}}`. */
  readonly conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** A statement and where it stands. */
export interface PlacedStatement extends PolicyStatement {
  readonly of: PlannedResource;
  /** Whether it says who may become a role. */
  readonly isTrust: boolean;
}

type Raw = Readonly<Record<string, unknown>>;

function principalsOf(value: unknown): Record<string, readonly string[]> {
  if (value === '*') return { AWS: ['*'] };
  if (value === null || typeof value !== 'object') return {};
  return Object.fromEntries(Object.entries(value).map(([kind, who]) => [kind, texts(who)]));
}

function conditionsOf(value: unknown): PolicyStatement['conditions'] {
  if (value === null || typeof value !== 'object') return {};
  return Object.fromEntries(
    Object.entries(value).map(([operator, keys]) => [
      operator,
      Object.fromEntries(
        Object.entries(keys as Raw).map(([key, values]) => [
          key,
          Array.isArray(values) ? values.map(String) : [String(values)],
        ]),
      ),
    ]),
  );
}

function statementOf(raw: Raw): PolicyStatement {
  return {
    sid: String(raw.Sid ?? ''),
    allows: raw.Effect === 'Allow',
    actions: texts(raw.Action),
    notActions: texts(raw.NotAction),
    resources: texts(raw.Resource),
    notResources: texts(raw.NotResource),
    principals: principalsOf(raw.Principal),
    leavesOutPrincipals: raw.NotPrincipal !== undefined,
    conditions: conditionsOf(raw.Condition),
  };
}

/** The statements of a text, if it is a policy. */
function parsePolicy(text: string): PolicyStatement[] {
  if (!text.includes('"Statement"')) return [];
  let parsed: Raw;
  try {
    parsed = JSON.parse(text);
  } catch {
    return [];
  }
  const statements = parsed.Statement;
  return (Array.isArray(statements) ? statements : [statements]).map((each) => statementOf(each as Raw));
}

function walk(value: unknown, key: string, found: (statement: PolicyStatement, key: string) => void): void {
  if (typeof value === 'string') for (const statement of parsePolicy(value)) found(statement, key);
  else if (Array.isArray(value)) for (const each of value) walk(each, key, found);
  else if (value !== null && typeof value === 'object') {
    for (const [name, each] of Object.entries(value)) walk(each, name, found);
  }
}

/**
 * Every statement of every policy in a plan, wherever it stands: whatever text is a policy is one, so that a new kind of
 * resource with a policy needs no word here.
 */
export function statementsOf(plan: Plan): PlacedStatement[] {
  return plan.resources.flatMap((of) => {
    const statements: PlacedStatement[] = [];
    walk(of.inputs, '', (statement, key) =>
      statements.push({ ...statement, of, isTrust: key === 'assumeRolePolicy' }),
    );
    return statements;
  });
}

/** The values that a statement wants a key to have, under any of the operators that `operator` names. */
export const conditionValues = (
  { conditions }: PolicyStatement,
  operator: RegExp,
  key: string,
): readonly string[] =>
  Object.entries(conditions).flatMap(([name, keys]) => (operator.test(name) ? (keys[key] ?? []) : []));
