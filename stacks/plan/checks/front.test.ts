import { expect, test } from 'vitest';
import { originHeader as askedFor } from '../../../functions/http/require-origin.ts';
import { setsViewerAddress } from '../../front/viewer-address.ts';
import {
  firewallTurnsAway,
  knownOriginHeader,
  knownViewerAddress,
  nothingKeptAtFront,
  originHeader,
  quietApis,
  tlsFront,
} from './front.ts';
import { type Case, change, outcome, prodContext, resource } from './tiny-plan.ts';

const behavior = {
  viewerProtocolPolicy: 'https-only',
  cachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
  responseHeadersPolicyId: 'headers-id',
  functionAssociations: [
    { eventType: 'viewer-request', functionArn: 'arn:aws:cloudfront::1:function/address' },
  ],
};
const origin = {
  originId: 'chat',
  customHeaders: [{ name: 'x-atrium-origin', value: '[secret]' }],
  customOriginConfig: { originProtocolPolicy: 'https-only', originSslProtocols: ['TLSv1.2'] },
};
const front = resource('aws:cloudfront/distribution:Distribution', 'front', {
  webAclId: 'web-acl-id',
  viewerCertificate: { minimumProtocolVersion: 'TLSv1.2_2021' },
  defaultCacheBehavior: behavior,
  orderedCacheBehaviors: [{ ...behavior, pathPattern: '/chat' }],
  origins: [origin],
});
const address = resource('aws:cloudfront/function:Function', 'viewer-address', {
  name: 'address',
  code: setsViewerAddress,
  publish: true,
});
const onChat = (more: object) =>
  change(front, 'orderedCacheBehaviors', [{ ...behavior, pathPattern: '/chat', ...more }]);
const towards = (more: object) => change(front, 'origins', [{ ...origin, ...more }]);
const rate = {
  action: { block: {} },
  statement: { rateBasedStatement: { limit: prodContext.settings.maxRequestsPerAddress } },
};
const group = {
  name: 'common',
  overrideAction: { none: {} },
  statement: { managedRuleGroupStatement: { name: 'common' } },
};
const acl = resource('aws:wafv2/webAcl:WebAcl', 'web-acl', { rules: [rate, group] });
const methods = resource('aws:apigateway/methodSettings:MethodSettings', 'all', {
  settings: { loggingLevel: 'OFF', dataTraceEnabled: false },
});
const api = resource('aws:apigateway/stage:Stage', 'live', {
  accessLogSettings: { format: '{"path":"$context.resourcePath"}' },
});

const cases: Readonly<Record<string, Case>> = {
  'a viewer that chooses its own address': {
    check: knownViewerAddress,
    sound: [front, address],
    needed: ['viewer-address'],
    mistakes: [
      [onChat({ functionAssociations: undefined })],
      [onChat({ functionAssociations: [] })],
      [onChat({ functionAssociations: [{ eventType: 'viewer-request', functionArn: 'arn:other' }] })],
      [
        onChat({
          functionAssociations: [{ ...behavior.functionAssociations[0], eventType: 'viewer-response' }],
        }),
      ],
      [change(front, 'defaultCacheBehavior.functionAssociations', [])],
      [change(address, 'code', 'function handler(event) { return event.request; }')],
      [change(address, 'publish', false)],
    ],
  },
  'a way through the front without TLS': {
    check: tlsFront,
    sound: [front],
    mistakes: [
      [change(front, 'viewerCertificate.minimumProtocolVersion', 'TLSv1')],
      [change(front, 'viewerCertificate', { cloudfrontDefaultCertificate: true })],
      [change(front, 'defaultCacheBehavior.viewerProtocolPolicy', 'redirect-to-https')],
      [onChat({ viewerProtocolPolicy: 'allow-all' })],
      [
        towards({
          customOriginConfig: { originProtocolPolicy: 'http-only', originSslProtocols: ['TLSv1.2'] },
        }),
      ],
      [
        towards({
          customOriginConfig: { originProtocolPolicy: 'https-only', originSslProtocols: ['SSLv3'] },
        }),
      ],
    ],
  },
  'an answer that the front keeps, or sends without its headers': {
    check: nothingKeptAtFront,
    sound: [front],
    mistakes: [
      [change(front, 'defaultCacheBehavior.cachePolicyId', undefined)],
      [onChat({ cachePolicyId: '658327ea-f89d-4fab-a63d-7e88639e58f6' })],
      [onChat({ responseHeadersPolicyId: undefined })],
    ],
  },
  'a header that no function asks for': {
    check: knownOriginHeader,
    sound: [front],
    mistakes: [[towards({ customHeaders: [{ name: 'x-origin', value: '[secret]' }] })]],
  },
  'a firewall that lets through': {
    check: firewallTurnsAway,
    sound: [front, acl],
    mistakes: [
      [change(front, 'webAclId', 'another-id')],
      [change(acl, 'rules', [])],
      [change(acl, 'rules', [rate])],
      [change(acl, 'rules', [{ ...rate, action: { count: {} } }, group])],
      [change(acl, 'rules', [{ ...rate, statement: { rateBasedStatement: { limit: 1e6 } } }, group])],
      [change(acl, 'rules', [rate, { ...group, overrideAction: { count: {} } }])],
    ],
    needed: ['web-acl'],
  },
  'a log with what callers send': {
    check: quietApis,
    sound: [methods, api],
    mistakes: [
      [change(methods, 'settings.loggingLevel', 'INFO')],
      [change(methods, 'settings.dataTraceEnabled', true)],
      ...['$context.path', '$context.identity.sourceIp', '$input.body'].map((format) => [
        change(api, 'accessLogSettings.format', format),
      ]),
    ],
  },
};

test.each(Object.keys(cases))('%s is seen, and only that', (each) => {
  const found = cases[each];
  if (!found) throw new Error(each);
  expect(outcome(found)).toEqual({ sound: [], unseen: [] });
});

test('the header is the one that the functions ask for', () => {
  expect(originHeader).toBe(askedFor);
});
