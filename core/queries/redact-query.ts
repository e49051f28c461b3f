import { productGuards } from '../guardrails/redaction/product-guards.ts';
import { RedactionStream } from '../guardrails/redaction/redaction-stream.ts';
import { tenantGuards } from '../guardrails/redaction/tenant-guards.ts';
import type { Redaction } from '../guardrails/schema.ts';
import type { TenantConfig } from '../tenants/schema.ts';

type Patterns = NonNullable<Redaction['patterns']>;

/** Configurations whose own patterns stay compiled. */
const maxKept = 200;
const kept = new Map<string, ReturnType<typeof tenantGuards>>();

/**
 * A question without personal data, secrets and what the tenant's own patterns find: all of it masked, whatever the tenant
 * does with answers and whatever it calls public. Links stay: rules may speak of them.
 *
 * @param query as one sees it: characters are whole.
 * @throws for patterns that were stored long ago and cannot be compiled any more.
 */
export function redactQuery(query: string, { redaction }: Pick<TenantConfig, 'redaction'>): string {
  const guards = [productGuards(), ownGuards(redaction?.patterns ?? [])].filter((each) => each !== undefined);
  const stream = new RedactionStream(guards, () => false);
  return stream.push(query).text + stream.end().text;
}

function ownGuards(patterns: Patterns) {
  if (patterns.length === 0) return undefined;
  const masking = patterns.map(({ name, pattern }) => ({ name, pattern }));
  const print = JSON.stringify(masking);
  const guards = kept.get(print) ?? tenantGuards({ patterns: masking }, []);
  // Behind all others: the first of a map is the one that was asked for longest ago.
  kept.delete(print);
  kept.set(print, guards);
  const [oldest] = kept.keys();
  if (kept.size > maxKept && oldest !== undefined) kept.delete(oldest);
  return guards;
}
