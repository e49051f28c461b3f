import { expect, test } from 'vitest';
import { filledSecrets, immutableImages, knownNames, requestLinesInKnownGroup } from './names.ts';
import { hiddenSecrets } from './secret-values.ts';
import { type Case, change, outcome, resource } from './tiny-plan.ts';

const group = resource('aws:cloudwatch/logGroup:LogGroup', 'requests', { name: 'multi-tenant-chatbot' });
const secret = resource('aws:secretsmanager/secret:Secret', 'operator', {
  name: 'multi-tenant-chatbot-secrets',
});
const version = resource('aws:secretsmanager/secretVersion:SecretVersion', 'operator-value', {
  secretId: 'operator-id',
  secretString: '[secret]',
});
const repositories = ['request-router', 'orchestrator', 'rag-service'].map((name) =>
  resource('aws:ecr/repository:Repository', name, {
    name,
    imageTagMutability: 'IMMUTABLE',
    imageScanningConfiguration: { scanOnPush: true },
  }),
);
const [image] = repositories;
if (!image) throw new Error('no repository');
const chat = resource('aws:lambda/function:Function', 'chat', {
  name: 'atrium-prod-chat',
  loggingConfig: { logGroup: 'multi-tenant-chatbot' },
  environment: { variables: { A: 'b' } },
});
const front = resource('aws:cloudfront/distribution:Distribution', 'front', {
  origins: [{ customHeaders: [{ name: 'x', value: '[secret]' }] }],
});

const cases: Readonly<Record<string, Case>> = {
  'a name that people depend on': {
    check: knownNames,
    sound: [group, secret, ...repositories],
    mistakes: [[change(group, 'name', 'Multi-Tenant-Chatbot')], [change(secret, 'name', 'atrium-secrets')]],
    needed: ['requests', 'operator', 'request-router', 'orchestrator', 'rag-service'],
  },
  'an image that can change or is not scanned': {
    check: immutableImages,
    sound: repositories,
    mistakes: [
      [change(image, 'imageTagMutability', 'MUTABLE')],
      [change(image, 'imageScanningConfiguration', undefined)],
    ],
  },
  'request lines that go elsewhere': {
    check: requestLinesInKnownGroup,
    sound: [chat],
    mistakes: [[change(chat, 'loggingConfig', undefined)]],
  },
  'a secret without a value': {
    check: filledSecrets,
    sound: [secret, version],
    mistakes: [],
    needed: ['operator-value'],
  },
  'a secret that can be read': {
    check: hiddenSecrets,
    sound: [version, front, chat],
    mistakes: [
      [change(version, 'secretString', '{}')],
      [change(front, 'origins', [{ customHeaders: [{ name: 'x', value: 'known' }] }])],
      [change(chat, 'environment.variables.B', '[secret]')],
      [resource('aws:s3/bucketObjectv2:BucketObjectv2', 'o', { source: { asset: true, holdsSecret: true } })],
      [change(chat, 'environment.variables.B', 'x planned-planned-planned-planned-planned')],
      [resource('aws:ssm/parameter:Parameter', 'p', { value: 'planned-planned-planned-planned-planned' })],
    ],
  },
};

test.each(Object.keys(cases))('%s is seen, and only that', (each) => {
  const found = cases[each];
  if (!found) throw new Error(each);
  expect(outcome(found)).toEqual({ sound: [], unseen: [] });
});
