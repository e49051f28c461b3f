import { describe, expect, it } from 'vitest';
import { randomFrom } from '../../bench/random-from.ts';
import { type TenantConfig, tenantConfigSchema } from '../tenants/schema.ts';
import { checkRules } from './check-rules.ts';
import { compileOutputGate } from './output-gate.ts';
import { createHeavyWork, heavySliceMs } from './pace/heavy-work.ts';
import { compileScreen } from './screen.ts';

/** As many hostile rules as are taken, for questions and for answers. */
function mostHostile(): TenantConfig {
  let config = tenantConfigSchema.parse({ tenant_id: 'hostile' });
  for (const where of ['input', 'output'] as const) {
    for (let n = 0; n < 40; n += 1) {
      const rule = { type: 'regex', pattern: `a[ab]{${100 + n}}c`, reason: 'no', where };
      const grown = tenantConfigSchema.parse({ ...config, refusal_rules: [...config.refusal_rules, rule] });
      if (checkRules(grown).length === 0) config = grown;
    }
  }
  return config;
}
const random = randomFrom(3);
/** Without a `c`, so that no match ends, and never the same states again. */
const hostileText = (length: number) => Array.from({ length }, () => (random() < 0.5 ? 'a' : 'b')).join('');
const config = mostHostile();

it('the most hostile rules that are taken are as many as the bound lets in', () => {
  const { refusal_rules } = config;
  expect(checkRules(config)).toEqual([]);
  for (const where of ['input', 'output'] as const)
    expect(refusal_rules.filter((rule) => rule.where === where).length).toBeGreaterThan(20);
});

describe('with the most hostile rules that are taken', () => {
  it('a question leaves nineteen of twenty parts of the time to others, in rests after every slice', async () => {
    const stepMs = 0.03;
    const clock = { nowMs: 0, busyMs: 0, looks: 0, heavyMs: 0, rests: 0, longestMs: 0 };
    /** Each look at the clock finds that a step has passed. */
    const now = () => {
      clock.looks += 1;
      clock.nowMs += stepMs;
      return clock.nowMs;
    };
    let sliceBeganMs = 0;
    const sleep = async (ms: number) => {
      clock.rests += ms === 1 ? 1 : 0;
      clock.longestMs = Math.max(clock.longestMs, clock.nowMs - sliceBeganMs);
      clock.heavyMs += clock.nowMs - sliceBeganMs;
      clock.nowMs += ms;
      clock.busyMs += ms / 2;
      await new Promise(setImmediate);
      sliceBeganMs = clock.nowMs;
    };
    const heavy = createHeavyWork({ now: () => clock.nowMs, busyMs: () => clock.busyMs, sleep });
    const turn = async () => {
      sliceBeganMs = clock.nowMs;
    };
    const length = 1_000;
    const screen = compileScreen(config, { now, turn, heavy });
    expect(await screen.matches(hostileText(length))).toEqual([]);
    // The clock is looked at for every character: it takes a visit to more than a thousand places.
    expect(clock.looks).toBeGreaterThan(0.9 * length);
    expect(clock.longestMs).toBeLessThanOrEqual(heavySliceMs + 2 * stepMs);
    expect(clock.rests).toBeGreaterThan((0.8 * length * stepMs) / (heavySliceMs + 2 * stepMs));
    expect(clock.heavyMs / clock.nowMs).toBeLessThan(0.055);
  });

  it('an answer is looked at in steps of a few characters, however long a piece of it is', () => {
    const work = compileOutputGate(config).open().pushing(hostileText(1_600));
    let steps = 1;
    while (!work.next().done) steps += 1;
    expect(steps).toBeGreaterThanOrEqual(200);
  });
});
