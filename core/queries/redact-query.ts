import { LRUCache } from 'lru-cache';
import { effortOf, inSlices } from '../guardrails/pace/in-slices.ts';
import { productGuards } from '../guardrails/redaction/product-guards.ts';
import { RedactionStream } from '../guardrails/redaction/redaction-stream.ts';
import { tenantGuards } from '../guardrails/redaction/tenant-guards.ts';
import type { Redaction } from '../guardrails/schema.ts';
import type { TenantConfig } from '../tenants/schema.ts';

type Patterns = NonNullable<Redaction['patterns']>;

/** Own patterns that stay compiled, by what they say. */
const kept = new LRUCache<string, ReturnType<typeof tenantGuards>>({ max: 200 });

/**
 * A question without personal data, secrets and what the tenant's own patterns find: all of it masked, whatever the tenant
 * does with answers and whatever it calls public. Links stay: rules may speak of them.
 *
 * @param query as one sees it: characters are whole.
 * @throws {Problem} `unavailable` where the patterns take too long.
 * @throws for patterns that were stored long ago and cannot be compiled any more.
 */
export async function redactQuery(query: string, config: Pick<TenantConfig, 'redaction'>): Promise<string> {
  const { redaction } = config;
  const guards = [productGuards(), ...ownGuards(redaction?.patterns ?? [])].filter(
    (each) => each !== undefined,
  );
  const stream = new RedactionStream(guards, () => undefined);
  const { text } = await inSlices(stream.pushing(query), effortOf(config));
  return text + stream.end().text;
}

function ownGuards(patterns: Patterns) {
  if (patterns.length === 0) return [];
  const masking = patterns.map(({ name, pattern }) => ({ name, pattern }));
  const print = JSON.stringify(masking);
  const guards = kept.get(print) ?? tenantGuards({ patterns: masking }, []);
  kept.set(print, guards);
  return guards;
}
