import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { examplePlace as place } from '../test/support/example-place.ts';
import { joinsNetwork, pulledByLambda } from './access/function-policies.ts';
import { functionEnv } from './function-env.ts';
import { renderDefinition } from './render-definition.ts';
import { functions, stateMachines } from './resources.ts';

describe("a function's environment", () => {
  it('has the names that things have in AWS', () => {
    const env = functionEnv(
      place,
      {
        ...functions['ingest-start'].env,
        QUEUE: { queueUrl: 'ingest' },
        KEYS: { secretName: 'service-keys' },
        OWN: { literal: 'x' },
      },
      {},
    );
    expect(env).toEqual({
      TABLE_NAME: 'atrium-prod-main',
      DOCUMENTS_BUCKET: 'atrium-prod-documents-111122223333',
      INGEST_STATE_MACHINE_ARN: 'arn:aws:states:eu-west-1:111122223333:stateMachine:atrium-prod-ingest',
      QUEUE: 'https://sqs.eu-west-1.amazonaws.com/111122223333/atrium-prod-ingest',
      KEYS: 'atrium-prod-service-keys',
      OWN: 'x',
    });
  });

  it('is refused when a setting is missing that is not optional', () => {
    const declared = { A: { setting: 'A', optional: true }, B: { setting: 'B' } } as const;
    expect(() => functionEnv(place, declared, { A: 'a' })).toThrow('B is missing');
    expect(functionEnv(place, declared, { B: 'b' })).toEqual({ B: 'b' });
  });
});

describe('the policies around functions', () => {
  it("deny a function's own code what Lambda needs to join the network", () => {
    const arn = place.arn('lambda', 'function:atrium-prod-chat');
    const [allowed, denied] = joinsNetwork(arn);
    expect(denied).toMatchObject({
      Effect: 'Deny',
      Action: allowed?.Action,
      Condition: { ArnEquals: { 'lambda:SourceFunctionArn': arn } },
    });
  });

  it('let Lambda pull for the named functions of this account only', () => {
    const [statement] = pulledByLambda(place, ['ingest-embed']).Statement;
    expect(statement?.Condition).toEqual({
      StringEquals: { 'aws:SourceAccount': '111122223333' },
      ArnLike: { 'aws:SourceArn': [place.arn('lambda', 'function:atrium-prod-ingest-embed')] },
    });
  });
});

describe('a definition', () => {
  it.each(Object.entries(stateMachines))('of %s takes exactly the functions that it has', (_, machine) => {
    const text = readFileSync(resolve(import.meta.dirname, '..', machine.definition), 'utf8');
    const values = Object.fromEntries(
      Object.entries(machine.substitutions).map(([variable, name]) => [
        variable,
        place.arn('lambda', `function:${name}`),
      ]),
    );
    const rendered = renderDefinition(text, values);
    expect(rendered).not.toContain('${');
    for (const arn of Object.values(values)) expect(rendered).toContain(JSON.stringify(arn));
    expect(JSON.parse(rendered)).toHaveProperty('States');
  });

  it('is refused with a value too few or too many', () => {
    expect(() => renderDefinition(`\${A}`, {})).toThrow('asks for A');
    expect(() => renderDefinition(`\${A}`, { A: '1', B: '2' })).toThrow('does not ask for B');
    expect(renderDefinition(`\${A} {% $states.input %}`, { A: '$&' })).toBe('$& {% $states.input %}');
  });
});
