import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Used } from '../../core/admission/schema.ts';
import { createOpenAiEngine } from '../../core/orchestrator/engine.openai.ts';
import { tenantConfigSchema } from '../../core/tenants/schema.ts';
import { ask, chatStand, json, t1 } from '../../test/support/chat-stand.ts';
import { type ScriptedEngine, startScriptedEngine } from '../../test/support/scripted-engine.ts';

const words = 200;
const pauseMs = 20;
let engine: ScriptedEngine;
beforeEach(async () => {
  engine = await startScriptedEngine(words, pauseMs, (n) => (n === 5 ? 'falcon ' : 'oats '));
});
afterEach(() => engine.stop());

test.each([false, true])(
  'a blocked answer is charged for what the engine had sent, which sends no more; over the network: %s',
  async (overNetwork) => {
    const stand = await chatStand();
    const rule = { type: 'word', pattern: 'falcon', reason: 'Not here', where: 'output' };
    const config = { tenant_id: 't1', refusal_rules: [rule], tokens_per_minute: 100_000, max_concurrent: 1 };
    await stand.store.put(t1, tenantConfigSchema.parse(config), false);
    const settled: Used[] = [];
    const app = stand.chatApp({
      overNetwork,
      answerMode: 'generative',
      engine: createOpenAiEngine({ url: engine.url, cacheSaltSecret: 's' }),
      watch: (name, part) => {
        if (name !== 'settlement' || !('settle' in part) || typeof part.settle !== 'function') return part;
        const settle = part.settle;
        return Object.assign(Object.create(part), {
          settle: (...asked: [unknown, unknown, Used, number]) => {
            settled.push(asked[2]);
            return settle(...asked);
          },
        });
      },
    });
    const answer = (await (await ask(app, { query: 'oats?' }, json)).json()) as {
      usage: { completion_tokens: number };
    };
    expect(answer).toMatchObject({
      answer: 'oats oats oats oats oats ',
      refusal: { reason: 'Not here', rule: { kind: 'refusal_rule', index: 0 } },
      finish_reason: 'refusal',
    });
    const sent = engine.said().pieces.length;
    expect(sent).toBeGreaterThanOrEqual(6);
    expect(sent).toBeLessThan(words / 4);
    expect(answer.usage.completion_tokens).toBe(sent);
    expect(settled.map(({ completionTokens }) => completionTokens)).toEqual([sent]);
    expect(stand.told).toMatchObject([{ decidedBy: 'refusal_rule:0', completionTokens: sent }]);
    await new Promise((resolve) => setTimeout(resolve, 5 * pauseMs));
    expect(engine.said().pieces).toHaveLength(sent);
  },
);
