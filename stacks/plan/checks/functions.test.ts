import { expect, test } from 'vitest';
import { settings } from '../../settings.ts';
import {
  boundedFunctions,
  noOpenCors,
  noOpenInvocations,
  originSecret,
  restartedByRotation,
  streamingOn,
} from './functions.ts';
import { type Case, change, outcome, prodContext, resource, said } from './tiny-plan.ts';

const lambda = (logical: string) =>
  resource('aws:lambda/function:Function', logical, {
    name: `atrium-prod-${logical}`,
    timeout: 30,
    memorySize: 256,
    environment: { variables: { ORIGIN_SECRET_NAME: 'atrium-prod-origin' } },
  });
const url = (logical: string, invokeMode: string) =>
  resource('aws:lambda/functionUrl:FunctionUrl', `${logical}-url`, {
    functionName: `atrium-prod-${logical}`,
    invokeMode,
  });
const uri = (path: string) =>
  `arn:aws:apigateway:us-east-1:lambda:path/2021-11-15/functions/arn:aws:lambda:us-east-1:123456789012:function:atrium-prod-chat/${path}`;
const integration = resource('aws:apigateway/integration:Integration', 'chat', {
  uri: uri('response-streaming-invocations'),
  responseTransferMode: 'STREAM',
});
const origin = (more: object) =>
  resource('aws:cloudfront/distribution:Distribution', 'front', {
    webAclId: 'acl',
    origins: [{ originId: 'chat', ...more }],
  });
const rotated = change(lambda('chat'), 'environment.variables', {
  ORIGIN_SECRET_NAME: 'atrium-prod-origin',
  ORIGIN_SECRET_GENERATION: '1',
  SERVICE_KEYS_SECRET_NAME: 'atrium-prod-service-keys',
  SERVICE_KEYS_GENERATION: '1',
});
const secret = resource('aws:secretsmanager/secret:Secret', 'origin', { name: 'atrium-prod-origin' });
const permission = (more: Readonly<Record<string, unknown>>) =>
  resource('aws:lambda/permission:Permission', 'p', more);
const onGateway = { ...prodContext, front: 'api-gateway' } as const;

const cases: Readonly<Record<string, Case>> = {
  'a function without limits': {
    check: boundedFunctions,
    sound: [lambda('chat')],
    mistakes: [
      [change(lambda('chat'), 'timeout', undefined)],
      [change(lambda('chat'), 'memorySize', undefined)],
    ],
  },
  'a URL that does not stream': {
    check: streamingOn,
    sound: [lambda('chat'), url('chat', 'RESPONSE_STREAM')],
    mistakes: [[url('chat', 'BUFFERED')]],
    needed: ['chat', 'chat-url'],
  },
  'an API that does not stream': {
    check: streamingOn,
    context: onGateway,
    sound: [lambda('chat'), integration],
    mistakes: [
      [change(integration, 'responseTransferMode', 'BUFFERED')],
      [change(integration, 'responseTransferMode', undefined)],
      [change(integration, 'uri', uri('invocations'))],
      [change(integration, 'uri', 'elsewhere')],
    ],
  },
  'a function or a front without the origin secret': {
    check: originSecret,
    sound: [
      lambda('chat'),
      lambda('admin'),
      secret,
      origin({ customHeaders: [{ name: 'x-origin-secret', value: '[secret]' }] }),
    ],
    mistakes: [
      [change(lambda('chat'), 'environment.variables', {})],
      [change(lambda('admin'), 'environment.variables.ORIGIN_SECRET_NAME', 'another')],
      [origin({})],
      [origin({ customHeaders: [{ name: 'x', value: 'known' }] })],
      [change(origin({ customHeaders: [{ name: 'x', value: '[secret]' }] }), 'webAclId', undefined)],
    ],
    needed: ['front', 'chat', 'admin'],
  },
  'a function that outlives a rotation': {
    check: restartedByRotation,
    sound: [rotated, change(lambda('ingest-parse'), 'environment.variables', {})],
    mistakes: [
      [change(rotated, 'environment.variables.ORIGIN_SECRET_GENERATION', undefined)],
      [change(rotated, 'environment.variables.SERVICE_KEYS_GENERATION', undefined)],
    ],
  },
  'a URL that every page may call': {
    check: noOpenCors,
    sound: [change(url('chat', 'RESPONSE_STREAM'), 'cors', { allowOrigins: ['https://chat.example.com'] })],
    mistakes: [[change(url('chat', 'RESPONSE_STREAM'), 'cors', { allowOrigins: ['*'] })]],
  },
  'a function that everybody may invoke': {
    check: noOpenInvocations,
    sound: [permission({ principal: '*', action: 'lambda:InvokeFunctionUrl', functionUrlAuthType: 'NONE' })],
    mistakes: [[permission({ principal: '*', action: 'lambda:InvokeFunction' })]],
  },
};

test.each(Object.keys(cases))('%s is seen, and only that', (each) => {
  const found = cases[each];
  if (!found) throw new Error(each);
  expect(outcome(found)).toEqual({ sound: [], unseen: [] });
});

test('a stage without a guarded front needs no origin secret', () => {
  expect(
    said(originSecret, [change(lambda('chat'), 'environment.variables', {})], {
      ...prodContext,
      settings: settings.dev,
    }),
  ).toEqual([]);
});
