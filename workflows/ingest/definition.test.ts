import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { stateMachines } from '../../stacks/resources.ts';

interface State {
  Type: string;
  Arguments?: { FunctionName: string };
  TimeoutSeconds?: number;
  Retry?: { ErrorEquals: string[]; MaxAttempts: number; JitterStrategy?: string }[];
  Catch?: { ErrorEquals: string[]; Next: string }[];
}
const text = readFileSync(new URL('definition.asl.json', import.meta.url), 'utf8');
const definition = JSON.parse(text) as { States: Record<string, State> };
// The package has no types.
const validate = createRequire(import.meta.url)('asl-validator') as (definition: object) => {
  isValid: boolean;
  errors: unknown[];
};

describe('the ingest state machine', () => {
  it('is valid Amazon States Language', () => {
    const result = validate(definition);
    expect(result.errors).toEqual([]);
    expect(result.isValid).toBe(true);
    const broken = { ...definition, StartAt: 'Nowhere' };
    expect(validate(broken).isValid).toBe(false);
  });

  it('names exactly the functions that its resource gives', () => {
    const names = [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name);
    expect(new Set(names)).toEqual(new Set(Object.keys(stateMachines.ingest.substitutions)));
  });

  it('bounds every task in time and tries, and lets none end without a word', () => {
    const tasks = Object.entries(definition.States).filter(([, state]) => state.Type === 'Task');
    expect(tasks).toHaveLength(7);
    for (const [name, state] of tasks) {
      expect(state.TimeoutSeconds, name).toBeGreaterThan(0);
      for (const retry of state.Retry ?? []) {
        // Waiting for a free function is no failure, and many documents may wait for few.
        const waiting = retry.ErrorEquals.includes('Lambda.TooManyRequestsException');
        expect(retry.MaxAttempts).toBeLessThanOrEqual(waiting ? 60 : 20);
        if (retry.MaxAttempts > 0) expect(retry.JitterStrategy).toBe('FULL');
      }
      const records = state.Arguments?.FunctionName === `\${FailFunctionArn}`;
      if (!records)
        expect(state.Catch?.at(-1)).toMatchObject({ ErrorEquals: ['States.ALL'], Next: 'RecordFailure' });
    }
  });
});
