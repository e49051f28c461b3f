import { expect, test, vi } from 'vitest';
import { scriptedGate } from '../../test/support/scripted-gate.ts';
import { tenantConfigSchema } from '../tenants/schema.ts';
import { vouchForTenant } from '../tenants/tenant-id.ts';
import { createCompiledRules } from './compiled.ts';

const t1 = vouchForTenant('t1');
const t2 = vouchForTenant('t2');
const ruled = (pattern: string, more: object = {}) =>
  tenantConfigSchema.parse({
    tenant_id: 't1',
    refusal_rules: [{ type: 'contains', pattern, reason: 'No' }],
    ...more,
  });

function setUp(maxTenants?: number, maxWeight?: number) {
  const screen = vi.fn(() => () => undefined);
  const gate = vi.fn(() => scriptedGate());
  return {
    screen,
    gate,
    compiledFor: createCompiledRules({ screen: screen as never, gate }, maxTenants, maxWeight),
  };
}

test('the same rules are compiled once, however often the configuration is read or carried anew', () => {
  const { screen, gate, compiledFor } = setUp();
  const first = compiledFor(t1, ruled('hack'));
  expect(screen).not.toHaveBeenCalled();
  const kept = [first.screen, first.gate];
  const carried = tenantConfigSchema.parse(
    JSON.parse(JSON.stringify(ruled('hack', { rate_limit_per_minute: 7 }))),
  );
  const again = compiledFor(t1, carried);
  expect([again.screen, again.gate]).toEqual(kept);
  expect(again.gate).toBe(first.gate);
  expect([screen.mock.calls.length, gate.mock.calls.length]).toEqual([1, 1]);
});

test.each([
  ['rules', ruled('crack')],
  ['redaction', ruled('hack', { redaction: { email: 'off' } })],
  ['hosts', ruled('hack', { allowed_link_hosts: ['a.example'] })],
  ['patterns', ruled('hack', { sensitive_prompt_patterns: ['x'] })],
  ['tools', ruled('hack', { blocked_tools: ['x'] })],
])('changed %s hold at once', (_what, changed) => {
  const { gate, compiledFor } = setUp();
  const before = compiledFor(t1, ruled('hack')).gate;
  expect(compiledFor(t1, changed).gate).not.toBe(before);
  expect(gate).toHaveBeenCalledTimes(2);
});

test('no tenant is given what was compiled for another, though they say the same', () => {
  const { compiledFor } = setUp();
  expect(compiledFor(t2, ruled('hack')).gate).not.toBe(compiledFor(t1, ruled('hack')).gate);
});

test('the tenants that asked last are kept, so many and no more', () => {
  const { gate, compiledFor } = setUp(2);
  const ask = (tenant: typeof t1) => compiledFor(tenant, ruled('hack')).gate;
  const first = ask(t1);
  ask(t2);
  expect(ask(t1)).toBe(first);
  ask(vouchForTenant('t3'));
  expect(ask(t1)).toBe(first);
  expect(gate).toHaveBeenCalledTimes(3);
  ask(t2);
  expect(gate).toHaveBeenCalledTimes(4);
});

test('tenants with heavy rules are kept as far as their weight allows, and the last one always', () => {
  const heavy = (letter: string) =>
    ruled('x', { refusal_rules: [{ type: 'regex', pattern: `${letter}{300}`, reason: 'No' }] });
  const { gate, compiledFor } = setUp(200, 4_000_000);
  const ask = (n: number) => compiledFor(vouchForTenant(`t${n}`), heavy('a')).gate;
  // 1.7 MB each.
  for (const n of [1, 2, 1, 2]) ask(n);
  expect(gate).toHaveBeenCalledTimes(2);
  ask(3);
  ask(2);
  expect(gate).toHaveBeenCalledTimes(3);
  ask(1);
  expect(gate).toHaveBeenCalledTimes(4);

  const small = setUp(200, 1_000);
  for (let n = 0; n < 3; n++) void small.compiledFor(t1, heavy('a')).gate;
  expect(small.gate).toHaveBeenCalledTimes(1);
});

test('what cannot be compiled is unavailable, which lets nothing pass', () => {
  const broken = () => {
    throw new Error('(((');
  };
  const { gate, screen } = { gate: broken, screen: broken };
  const compiled = createCompiledRules({ gate, screen })(t1, ruled('hack'));
  expect(() => compiled.gate).toThrow(expect.objectContaining({ code: 'unavailable' }));
  expect(() => compiled.screen).toThrow(expect.objectContaining({ code: 'unavailable' }));
});
