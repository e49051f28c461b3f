import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maxConfigBytes } from './config-document.ts';
import type { ConfigStore } from './config-store.ts';
import { type TenantConfig, tenantConfigSchema } from './schema.ts';
import { type TenantId, vouchForTenant } from './tenant-id.ts';

export interface ConfigStoreUnderTest {
  readonly store: ConfigStore;
  /** What the admission item says. */
  versionAtAdmission(tenant: TenantId): Promise<number | undefined>;
  close(): Promise<void>;
}

const configOf = (tenant: TenantId, more: Partial<TenantConfig> = {}) =>
  tenantConfigSchema.parse({ tenant_id: tenant, ...more });

/** What every `ConfigStore` promises, whatever holds the configurations. */
export function configStoreContract(name: string, open: () => Promise<ConfigStoreUnderTest>): void {
  describe(`the configuration store on ${name}`, () => {
    let under: ConfigStoreUnderTest;
    let tenants = 0;
    const newTenant = () => vouchForTenant(`c${++tenants}-${Math.random().toString(36).slice(2, 10)}`);

    beforeAll(async () => {
      under = await open();
    });
    afterAll(() => under?.close());

    it('gives back what was put, with every field', async () => {
      const tenant = newTenant();
      const config = configOf(tenant, {
        blocked_tools: ['mcp_finance'],
        sensitive_prompt_patterns: ['password', 'credit card'],
        refusal_rules: [{ type: 'contains', pattern: 'hack', reason: 'Security violation' }],
        rate_limit_per_hour: 10_000_000,
        allowed_routes: ['PRICE_COMPARE'],
        routes: [
          {
            id: 'RETURNS',
            description: 'Sending things back 📦',
            examples: [],
            instructions: '',
            tools: [],
            retrieval: true,
            on_unavailable: 'refuse',
          },
        ],
      });
      expect(await under.store.put(tenant, config, true)).toEqual({ config, version: 1 });
      expect(await under.store.get(tenant)).toEqual({ config, version: 1 });
    });

    it('gives back names that every object has, empty texts, empty maps and any script', async () => {
      const tenant = newTenant();
      const names = ['constructor', 'toString', 'hasOwnProperty', 'valueOf', 'café ☕', 'a.b#:c', '📦'];
      const config = configOf(tenant, {
        sensitive_prompt_patterns: ['пароль', '密码', '\u0000', '\u2028', '\'"\\'],
        routes: [
          {
            id: 'RETURNS',
            description: 'Rückgabe 📦',
            examples: [],
            instructions: '',
            tools: ['', 'constructor'],
            retrieval: false,
            on_unavailable: 'answer',
          },
        ],
        route_roles: {},
        tool_roles: Object.fromEntries(names.map((name) => [name, ['owner' as const]])),
      });
      expect(await under.store.put(tenant, config, true)).toEqual({ config, version: 1 });
      const found = await under.store.get(tenant);
      expect(found).toEqual({ config, version: 1 });
      expect(Object.keys(found?.config.tool_roles ?? {})).toEqual(names);
    });

    it('knows no tenant before it is put', async () => {
      expect(await under.store.get(newTenant())).toBeUndefined();
    });

    it('creates a tenant only where that is allowed', async () => {
      const tenant = newTenant();
      expect(await under.store.put(tenant, configOf(tenant), false)).toBeUndefined();
      expect(await under.store.get(tenant)).toBeUndefined();
      expect(await under.versionAtAdmission(tenant)).toBeUndefined();
      await under.store.put(tenant, configOf(tenant), true);
      expect(await under.store.put(tenant, configOf(tenant), false)).toMatchObject({ version: 2 });
    });

    it('replaces the whole configuration and tells admission the version', async () => {
      const tenant = newTenant();
      await under.store.put(tenant, configOf(tenant, { allowed_routes: ['A'], blocked_tools: ['x'] }), true);
      expect(await under.versionAtAdmission(tenant)).toBe(1);
      const next = configOf(tenant, { rate_limit_per_minute: 5 });
      await under.store.put(tenant, next, false);
      expect(await under.store.get(tenant)).toEqual({ config: next, version: 2 });
      expect(await under.versionAtAdmission(tenant)).toBe(2);
    });

    it('gives each of several writers at once a version of its own, and the last one is what is stored', async () => {
      const tenant = newTenant();
      const written = await Promise.all(
        [1, 2, 3, 4, 5].map((limit) =>
          under.store.put(tenant, configOf(tenant, { rate_limit_per_minute: limit }), true),
        ),
      );
      const versions = written.map((stored) => stored?.version ?? 0);
      expect([...versions].sort()).toEqual([1, 2, 3, 4, 5]);
      const last = written[versions.indexOf(5)];
      expect(await under.store.get(tenant)).toEqual(last);
      expect(await under.versionAtAdmission(tenant)).toBe(5);
    });

    it('keeps tenants apart', async () => {
      const [one, other] = [newTenant(), newTenant()];
      await under.store.put(one, configOf(one, { rate_limit_per_minute: 1 }), true);
      await under.store.put(other, configOf(other, { rate_limit_per_minute: 2 }), true);
      expect((await under.store.get(one))?.config.rate_limit_per_minute).toBe(1);
      await expect(under.store.put(one, configOf(other), true)).rejects.toBeInstanceOf(TypeError);
      expect(await under.store.get(one)).toMatchObject({ version: 1 });
    });

    it('says so when a configuration is too large for an item, and changes nothing', async () => {
      const tenant = newTenant();
      const route = {
        id: 'R',
        description: 'd',
        examples: Array(32).fill('e'.repeat(300)),
        instructions: 'i'.repeat(4_000),
        tools: [],
        retrieval: true,
        on_unavailable: 'answer' as const,
      };
      const routes = Array.from({ length: 32 }, (_, n) => ({ ...route, id: `R${n}` }));
      const config = configOf(tenant, { routes });
      expect(JSON.stringify(config).length).toBeGreaterThan(maxConfigBytes);
      await expect(under.store.put(tenant, config, true)).rejects.toMatchObject({ code: 'too-large' });
      expect(await under.store.get(tenant)).toBeUndefined();
    });

    it('stores a configuration just below that size', async () => {
      const tenant = newTenant();
      const text = '€'.repeat(500);
      const config = configOf(tenant, { sensitive_prompt_patterns: Array(200).fill(text) });
      expect(await under.store.put(tenant, config, true)).toMatchObject({ version: 1 });
      expect(await under.store.get(tenant)).toMatchObject({ config });
    });
  });
}
