import { describe, expect, it } from 'vitest';
import { createMemoryAdmission } from '../admission/admission.memory.ts';
import { nothingToRevoke } from '../identity/proof.ts';
import { tenantConfigSchema } from '../tenants/schema.ts';
import { vouchForTenant } from '../tenants/tenant-id.ts';
import { createMemoryCancellations } from './cancellations.memory.ts';
import { openChat } from './open-chat.ts';

const tenant = vouchForTenant('t1');

/** Processes that share a table; each keeps the configuration that it saw until admission tells of a newer one. */
function setUp(first: object) {
  const configOf = (config: object) => tenantConfigSchema.parse({ tenant_id: tenant, ...config });
  let held = { config: configOf(first), version: 1 };
  let asked = 0;
  let readsSince = 0;
  const items = new Map();
  return {
    items,
    put: (config: object) => {
      held = { config: configOf(config), version: held.version + 1 };
    },
    get reloads() {
      return readsSince;
    },
    process(changing = false) {
      let seen = held;
      const memory = createMemoryAdmission({
        epochsOf: () => ({ configVersion: held.version, authEpoch: 0 }),
        items,
      });
      /** Begins an answer that nobody reads, and says what became of it. */
      return async () => {
        const question = {
          tenant,
          message_id: `m${++asked}`,
          session_id: 's1',
          user_id: 'ann',
          query: 'oats',
          locale: 'en',
          groups: [],
          standings: ['member' as const],
        };
        const signal = new AbortController().signal;
        const deps = {
          configs: {
            get: async () => seen,
            reload: async () => {
              readsSince += 1;
              seen = held;
              if (changing) held = { ...held, version: held.version + 1 };
              return seen;
            },
          },
          admission: memory,
          settlement: memory,
          cancellations: createMemoryCancellations(),
          keepQuery: async () => {},
          orchestrator: { async *run() {} },
          price: { promptUsdPerMillion: 1, completionUsdPerMillion: 1 },
          engineContextTokens: 1_000,
          tell: () => {},
          log: () => {},
          now: () => 1_790_000_000_000,
        };
        return openChat(deps, { question, asker: 'jwt:ann', proof: nothingToRevoke, signal }).then(
          ({ headers }) => headers['ratelimit-policy'],
          (error) => error.errors?.[0]?.field ?? error.code,
        );
      };
    },
  };
}

describe('a changed limit holds from the next request on, in a process that knows the old one', () => {
  it.each([
    ['max_concurrent', { max_concurrent: 5 }, { max_concurrent: 1 }, 'limit:concurrent'],
    ['tokens_per_minute', { tokens_per_minute: 9_000 }, { tokens_per_minute: 1_000 }, 'limit:tokens'],
    ['cost_usd_per_day', { cost_usd_per_day: 1 }, { cost_usd_per_day: 0.0015 }, 'limit:cost'],
    [
      'a budget beside another',
      { max_concurrent: 5 },
      { max_concurrent: 5, tokens_per_minute: 1 },
      undefined,
    ],
    ['rate_limit_per_minute', {}, { rate_limit_per_minute: 1 }, 'limit:minute'],
  ])('%s', async (_, before, after, refusedBy) => {
    const stand = setUp(before);
    const [one, two] = [stand.process(), stand.process()];
    await one();
    stand.put(after);
    const taken = JSON.stringify([...stand.items.values()]);
    if (refusedBy === undefined) expect(await two()).toContain('"tokens";q=1;');
    else {
      expect(await two()).toBe(refusedBy);
      expect(JSON.stringify([...stand.items.values()])).toBe(taken);
      expect(await one()).toBe(refusedBy);
    }
  });

  it('takes one permit, and says how the new limits stand', async () => {
    const stand = setUp({});
    const ask = stand.process();
    stand.put({ burst_per_minute: 1 });
    expect(await ask()).toContain('"minute";q=1;');
    expect(await ask()).toBe('limit:minute');
    expect(stand.reloads).toBe(1);
  });

  it('is 503 when it changes under every try, and takes nothing', async () => {
    const stand = setUp({});
    const ask = stand.process(true);
    stand.put({});
    expect(await ask()).toBe('unavailable');
    expect(stand.reloads).toBe(3);
    expect(stand.items.size).toBe(0);
  });
});
