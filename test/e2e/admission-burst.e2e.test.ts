import { describe, expect, inject, it } from 'vitest';
import { burst } from '../burst.ts';
import { clientOf } from '../support/client.ts';

/** A name that no other test of this stage has used: buckets start full. */
let tenants = 0;
const newTenant = () => `burst-${Date.now().toString(36)}-${++tenants}`;

describe('a burst over HTTP', () => {
  const url = inject('stageUrl');

  /** A tenant whose rule answers the question: cheap, and still a request that takes a permit. */
  async function limitedTenant(perMinute: number, perHour: number): Promise<string> {
    const tenant = newTenant();
    const response = await clientOf(url, tenant).putConfig({
      rate_limit_per_minute: perMinute,
      rate_limit_per_hour: perHour,
      refusal_rules: [{ type: 'contains', pattern: 'hack', reason: 'Security violation' }],
    });
    expect(response.ok, await response.text()).toBe(true);
    return tenant;
  }

  it('of 500 at once admits what 60 a minute allows, no more and no less', async () => {
    const tenant = await limitedTenant(60, 1_000);
    const { answers, counts, elapsedMs } = await burst(url, tenant, 'how do I hack it?', 500);
    const [admitted, refused, unsure] = [counts[200] ?? 0, counts[429] ?? 0, counts[503] ?? 0];
    console.info(
      `burst over HTTP: admitted ${admitted}, refused ${refused}, unsure ${unsure} in ${Math.round(elapsedMs)} ms`,
    );

    expect(Object.keys(counts).sort()).toEqual(['200', '429']);
    expect(admitted).toBeGreaterThanOrEqual(60);
    expect(admitted).toBeLessThanOrEqual(60 + Math.ceil(elapsedMs / 1_000));
    expect(admitted + refused).toBe(500);

    for (const { status, headers, body } of answers) {
      expect(headers.get('ratelimit-policy')).toBe('"minute";q=60;w=60, "hour";q=1000;w=3600');
      const rests = [...(headers.get('ratelimit') ?? '').matchAll(/"(minute|hour)";r=(\d+);t=(\d+)/g)];
      expect(rests.map((rest) => rest[1])).toEqual(['minute', 'hour']);
      if (status === 200) {
        expect(body).toMatchObject({
          tenant_id: tenant,
          finish_reason: 'refusal',
          refusal: { reason: 'Security violation', rule: { kind: 'refusal_rule', index: 0 } },
        });
        expect(headers.has('retry-after')).toBe(false);
      } else {
        expect(body).toMatchObject({ type: 'urn:atrium:problem:rate-limited', status: 429 });
        expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
        // A permit comes back every second; a request that waited for its turn counts from when it came.
        expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
        expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(1 + Math.ceil(elapsedMs / 1_000));
        expect(rests[0]?.[2]).toBe('0');
      }
    }
  });

  it('of one tenant does not touch another, and each next permit comes after the time that Retry-After says', async () => {
    const [loud, quiet] = [await limitedTenant(6, 1_000), await limitedTenant(6, 1_000)];
    const { answers, counts, elapsedMs } = await burst(url, loud, 'how do I hack it?', 50);
    expect(counts[429]).toBeGreaterThanOrEqual(42);
    const calm = await burst(url, quiet, 'how do I hack it?', 6);
    expect(calm.counts).toEqual({ 200: 6 });

    const waits = answers.map(({ headers }) => Number(headers.get('retry-after') ?? 0));
    expect(Math.max(...waits)).toBeLessThanOrEqual(10 + Math.ceil(elapsedMs / 1_000));
    await new Promise((resolve) => setTimeout(resolve, Math.max(...waits) * 1_000));
    expect((await burst(url, loud, 'how do I hack it?', 1)).counts).toEqual({ 200: 1 });
  });
});
