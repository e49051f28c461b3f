import { describe, expect, it } from 'vitest';
import { vouchForTenant } from '../tenants/tenant-id.ts';
import { type RequestFacts, requestLine } from './request-line.ts';

const facts: RequestFacts = {
  tenant: vouchForTenant('t1'),
  messageId: 'm1',
  route: 'GENERAL',
  status: 200,
  latencyMs: 12,
  chunkIds: [],
  citations: [],
  decidedBy: 'admitted',
  promptTokens: 1,
  completionTokens: 2,
  costUsd: 0,
  degraded: false,
};
const nothing = { masked: 0, audited: [], shadow: [], sources_left_out: 0 };

/** The line, and what CloudWatch reads of it: each metric with its value and its dimensions. */
function read(more: Partial<RequestFacts>) {
  const line = JSON.parse(requestLine({ ...facts, ...more }, 1)) as Record<string, unknown> & {
    _aws: { CloudWatchMetrics: { Dimensions: string[][]; Metrics: { Name: string }[] }[] };
  };
  const metrics: Record<string, unknown> = {};
  for (const { Dimensions, Metrics } of line._aws.CloudWatchMetrics) {
    for (const { Name } of Metrics) metrics[Name] = [line[Name], Dimensions];
  }
  return { line, metrics };
}

describe('what the rules did beside refusing', () => {
  it('is logged, and counted by tenant and route', () => {
    const { line, metrics } = read({
      guarded: {
        masked: 3,
        audited: [
          { kind: 'output', index: 1 },
          { kind: 'refusal_rule', index: 0 },
        ],
        shadow: [{ kind: 'sensitive_prompt', index: 4 }],
        sources_left_out: 2,
      },
    });
    expect(line.guardrails).toEqual({
      masked: 3,
      audited: ['output:1', 'refusal_rule:0'],
      shadow: ['sensitive_prompt:4'],
      sources_left_out: 2,
    });
    const by = [['tenant_id', 'route']];
    expect(metrics).toMatchObject({ MaskCount: [3, by], AuditCount: [2, by], ShadowCount: [1, by] });
  });

  it('is no metric where it is nothing: each costs', () => {
    const { metrics } = read({ guarded: { ...nothing, masked: 1 } });
    expect(Object.keys(metrics)).toContain('MaskCount');
    expect(Object.keys(metrics)).not.toContain('AuditCount');
    expect(Object.keys(metrics)).not.toContain('ShadowCount');
    const leftOut = read({ guarded: { ...nothing, sources_left_out: 1 } });
    expect(leftOut.line.guardrails).toMatchObject({ sources_left_out: 1 });
    expect(leftOut.line._aws.CloudWatchMetrics).toHaveLength(1);
  });

  it.each([undefined, nothing])('is not said where no rule did anything: %j', (guarded) => {
    const { line } = read({ guarded });
    expect(line).not.toHaveProperty('guardrails');
  });
});

it('a refusal is counted by its rule', () => {
  const { line, metrics } = read({ refusalReason: 'No', decidedBy: 'output:7' });
  expect(metrics.RefusalCount).toEqual([1, [['tenant_id', 'route', 'reason']]]);
  expect(line.reason).toBe('output:7');
});
