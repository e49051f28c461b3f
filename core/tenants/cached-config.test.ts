import { describe, expect, it } from 'vitest';
import { ConfigUnavailable, createCachedConfigs } from './cached-config.ts';
import { createMemoryConfigStore } from './config-store.memory.ts';
import { tenantConfigSchema } from './schema.ts';
import { vouchForTenant } from './tenant-id.ts';

const t1 = vouchForTenant('t1');
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** A memory store that counts its reads, can be out of order, and can be held at a gate. */
function setUp(options: { maxTenants?: number } = {}) {
  const memory = createMemoryConfigStore();
  const state = { nowMs: 0, reads: 0, down: false, gate: undefined as Promise<void> | undefined };
  const store = {
    ...memory,
    async get(tenant: typeof t1) {
      state.reads++;
      if (state.down) throw new Error('no answer');
      const found = await memory.get(tenant);
      await state.gate;
      return found;
    },
  };
  const configs = createCachedConfigs({ store, now: () => state.nowMs, ...options });
  const put = (limit: number, tenant = t1) =>
    memory.put(tenant, tenantConfigSchema.parse({ tenant_id: tenant, rate_limit_per_minute: limit }), true);
  const limitOf = async (tenant = t1) => (await configs.get(tenant))?.config.rate_limit_per_minute;
  return { state, configs, put, limitOf };
}

describe('cached configurations', () => {
  it('are read once and stay fresh for 30 s', async () => {
    const { state, put, limitOf } = setUp();
    await put(1);
    expect(await limitOf()).toBe(1);
    await put(2);
    state.nowMs = 30 * SECOND - 1;
    expect(await limitOf()).toBe(1);
    expect(state.reads).toBe(1);
    state.nowMs = 30 * SECOND;
    expect(await limitOf()).toBe(2);
  });

  it('serve the old copy for 15 minutes while the store does not answer, and not longer', async () => {
    const { state, put, limitOf } = setUp();
    await put(1);
    await limitOf();
    state.down = true;
    for (const at of [MINUTE, 7 * MINUTE, 15 * MINUTE - 1]) {
      state.nowMs = at;
      expect(await limitOf()).toBe(1);
    }
    state.nowMs = 15 * MINUTE;
    await expect(limitOf()).rejects.toBeInstanceOf(ConfigUnavailable);
    state.down = false;
    expect(await limitOf()).toBe(1);
  });

  it('do not make every request wait for a store that does not answer', async () => {
    const { state, put, limitOf } = setUp();
    await put(1);
    await limitOf();
    state.down = true;
    state.nowMs = MINUTE;
    for (let n = 0; n < 100; n++) await limitOf();
    expect(state.reads).toBe(2);
    state.nowMs = MINUTE + 5 * SECOND;
    await limitOf();
    expect(state.reads).toBe(3);
  });

  it('say so when the store does not answer and there is no copy', async () => {
    const { state, put, limitOf } = setUp();
    await put(1);
    state.down = true;
    await expect(limitOf()).rejects.toBeInstanceOf(ConfigUnavailable);
    state.down = false;
    expect(await limitOf()).toBe(1);
  });

  it('remember for a second at the most that there is no such tenant', async () => {
    const { state, put, limitOf } = setUp();
    expect(await limitOf()).toBeUndefined();
    expect(await limitOf()).toBeUndefined();
    expect(state.reads).toBe(1);
    await put(1);
    state.nowMs = SECOND;
    expect(await limitOf()).toBe(1);
  });

  it('are not pushed out by made-up tenants', async () => {
    const { state, put, limitOf } = setUp({ maxTenants: 2 });
    await put(1);
    await limitOf();
    for (let n = 0; n < 50; n++) await limitOf(vouchForTenant(`made-up-${n}`));
    const before = state.reads;
    expect(await limitOf()).toBe(1);
    expect(state.reads).toBe(before);
  });

  it('hold a bounded number of tenants', async () => {
    const { state, put, limitOf } = setUp({ maxTenants: 2 });
    const tenants = ['a', 'b', 'c'].map(vouchForTenant);
    for (const tenant of tenants) {
      await put(1, tenant);
      await limitOf(tenant);
    }
    expect(state.reads).toBe(3);
    await limitOf(tenants[2]);
    await limitOf(tenants[1]);
    expect(state.reads).toBe(3);
    await limitOf(tenants[0]);
    expect(state.reads).toBe(4);
  });

  it('are read once for many requests at the same time', async () => {
    const { state, put, limitOf } = setUp();
    await put(1);
    expect(await Promise.all(Array.from({ length: 50 }, () => limitOf()))).toEqual(Array(50).fill(1));
    expect(state.reads).toBe(1);
  });

  it('are the new ones after a reload, although the old ones are fresh', async () => {
    const { configs, put, limitOf } = setUp();
    await put(1);
    await limitOf();
    await put(2);
    expect(await configs.reload(t1, 2)).toMatchObject({ version: 2 });
    expect(await limitOf()).toBe(2);
  });

  it.each([2, undefined])('reload past a read that began before the change (version %s)', async (version) => {
    const { state, configs, put, limitOf } = setUp();
    await put(1);
    const { promise, resolve } = Promise.withResolvers<void>();
    state.gate = promise;
    const early = limitOf();
    await Promise.resolve();
    await put(2);
    const reloaded = configs.reload(t1, version);
    resolve();
    expect(await early).toBe(1);
    expect(await reloaded).toMatchObject({ version: 2 });
    expect(await limitOf()).toBe(2);
  });

  it('are not served by a reload when the store does not answer', async () => {
    const { state, configs, put, limitOf } = setUp();
    await put(1);
    await limitOf();
    state.down = true;
    await expect(configs.reload(t1, 2)).rejects.toBeInstanceOf(ConfigUnavailable);
  });

  it('are gone at the next reading when the tenant is gone', async () => {
    const { state, configs } = setUp();
    const store = { get: async () => undefined, put: async () => undefined };
    const absent = createCachedConfigs({ store, now: () => state.nowMs });
    expect(await absent.reload(t1)).toBeUndefined();
    expect(await configs.get(t1)).toBeUndefined();
  });
});
