import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { type EndpointService, endpointPolicy } from './endpoint-policies.ts';

const physical = (logical: string) => `atrium-prod-${logical}`;
const place = {
  partition: 'aws',
  region: 'us-east-1',
  accountId: '123456789012',
  physical,
  unique: (logical: string) => `${physical(logical)}-123456789012`,
  arn: (service: string, resource: string) => `arn:aws:${service}:us-east-1:123456789012:${resource}`,
};
const services: readonly EndpointService[] = [
  's3',
  'dynamodb',
  'secretsmanager',
  'states',
  'sqs',
  'logs',
  'sts',
  'ecr.api',
  'ecr.dkr',
];
const listed = (value: string | readonly string[] | undefined) => [value ?? []].flat();

test.each(services)('%s lets no action through by a wildcard', (service) => {
  for (const { Action } of endpointPolicy(place, service).Statement) {
    expect(listed(Action).filter((action) => action.includes('*'))).toEqual([]);
  }
});

test.each(services)(
  '%s is for callers of the account, but for signed image layers and pods without credentials',
  (service) => {
    const open = endpointPolicy(place, service).Statement.filter(
      ({ Condition }) => Condition?.StringEquals?.['aws:PrincipalAccount'] !== place.accountId,
    );
    const allowed: Partial<Record<EndpointService, readonly string[]>> = {
      s3: ['s3:GetObject'],
      sts: ['sts:AssumeRoleWithWebIdentity'],
    };
    expect(open.flatMap(({ Action }) => listed(Action))).toEqual(allowed[service] ?? []);
  },
);

test('only actions that know no resource have every resource', () => {
  const everywhere = services.flatMap((service) =>
    endpointPolicy(place, service)
      .Statement.filter(({ Resource }) => listed(Resource).includes('*'))
      .flatMap(({ Action }) => listed(Action)),
  );
  expect([...new Set(everywhere)].sort()).toEqual(['ecr:GetAuthorizationToken', 'sts:GetCallerIdentity']);
});

test('objects pass to and from buckets of this stage and account only', () => {
  const written = endpointPolicy(place, 's3').Statement.filter(({ Action }) =>
    listed(Action).includes('s3:PutObject'),
  );
  expect(written.flatMap(({ Resource }) => listed(Resource))).toEqual([
    'arn:aws:s3:::atrium-prod-*-123456789012/*',
  ]);
});

/** Where registries keep layers, as far as that is S3; `undefined` for a network of the registry's own. */
const layersOf: Readonly<Record<string, string | undefined>> = {
  'docker.io': 'arn:aws:s3:::docker-images-prod/*',
  'registry.k8s.io': 'arn:aws:s3:::prod-registry-k8s-io-us-east-1/*',
  'nvcr.io': undefined,
};

test('the layers of every public image that the manifests name pass', () => {
  const folder = resolve(import.meta.dirname, '../../gpu/manifests');
  const named = readdirSync(folder)
    .flatMap((file) => [...readFileSync(join(folder, file), 'utf8').matchAll(/ image: ([^\s"]+)/g)])
    .map(([, image = '']) => image.split('/', 1)[0] ?? '')
    .map((host) => (host.includes('.') ? host : 'docker.io'));
  expect([...new Set(named)].sort()).toEqual(Object.keys(layersOf).sort());
  const passing = endpointPolicy(place, 's3')
    .Statement.filter(({ Condition }) => Condition === undefined)
    .flatMap(({ Resource }) => listed(Resource));
  expect(passing).toEqual(
    expect.arrayContaining(Object.values(layersOf).filter((layers) => layers !== undefined)),
  );
});
