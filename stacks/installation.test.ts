import { expect, test } from 'vitest';
import { authModes } from '../functions/http/caller.ts';
import { corsOriginsVariable } from '../functions/http/cors.ts';
import { readInstallation } from './installation.ts';

const nothing = { domain: false, engineUrl: false, proof: false };

test('the streaming front is what the settings say unless the installation names one', () => {
  expect(readInstallation(nothing, {}).streamingFront).toBeUndefined();
  expect(readInstallation(nothing, { ATRIUM_STREAMING_FRONT: '' }).streamingFront).toBeUndefined();
  for (const front of ['function-url', 'api-gateway']) {
    expect(readInstallation(nothing, { ATRIUM_STREAMING_FRONT: front }).streamingFront).toBe(front);
  }
});

test('a streaming front that there is not is refused by name', () => {
  expect(() => readInstallation(nothing, { ATRIUM_STREAMING_FRONT: 'api-gateways' })).toThrow(
    /ATRIUM_STREAMING_FRONT/,
  );
});

test('callers prove who they are in a way that the functions know', () => {
  expect(readInstallation(nothing, {}).authModes).toBe('');
  const AUTH_ISSUERS = '[{"issuer":"https://issuer.example"}]';
  for (const mode of [...authModes, authModes.join()]) {
    const read = readInstallation(nothing, { AUTH_MODES: mode, AUTH_ISSUERS });
    expect([read.authModes, read.authIssuers]).toEqual([mode, AUTH_ISSUERS]);
  }
  expect(() => readInstallation(nothing, { AUTH_MODES: 'jwt' })).toThrow(/AUTH_ISSUERS is missing/);
  expect(() => readInstallation(nothing, { AUTH_MODES: 'jwt', AUTH_ISSUERS: 'https://x' })).toThrow(
    /AUTH_ISSUERS must match/,
  );
  for (const wrong of ['headers', 'header,', 'header,unknown']) {
    expect(() => readInstallation(nothing, { AUTH_MODES: wrong })).toThrow(/AUTH_MODES/);
  }
});

test('where data is kept, a header that proves nothing lets nobody in', () => {
  const read = (AUTH_MODES: string) => readInstallation({ ...nothing, proof: true }, { AUTH_MODES });
  expect(read('').authModes).toBe('');
  expect(() => read('header')).toThrow(/AUTH_MODES must not name header/);
});

test('who brings tenants into being is said by the installation, or left to the functions', () => {
  expect(readInstallation(nothing, {}).tenantCreation).toBeUndefined();
  expect(readInstallation(nothing, { TENANT_CREATION: 'owner' }).tenantCreation).toBe('owner');
  expect(() => readInstallation(nothing, { TENANT_CREATION: 'anybody' })).toThrow(/TENANT_CREATION/);
});

test('pages that may call from a browser are named one by one, by origins as browsers send them', () => {
  const read = (origins: string) => readInstallation(nothing, { CORS_ORIGINS: origins });
  expect(readInstallation(nothing, {}).corsOrigins).toBeUndefined();
  for (const right of ['https://app.example.com', 'https://a.example.com,https://b.example.com:8443'])
    expect([read(right).corsOrigins, corsOriginsVariable.parse(right).join()]).toEqual([right, right]);
  for (const wrong of [
    '*',
    'null',
    'https://*',
    'https://*.example.com',
    'http://app.example.com',
    'https://app.example.com/',
    'https://app.example.com/page',
    'https://App.example.com',
    'https://app.example.com:443',
    'https://app.example.com:99999',
    'https://app.example.com:0443',
    'https://10.1',
    'https://me@app.example.com',
    'https://app.example.com,',
    'https://app.example.com,*',
  ])
    expect(() => read(wrong), wrong).toThrow(/CORS_ORIGINS must/);
});

test('everything that is missing is named at once', () => {
  const read = () => readInstallation({ domain: true, engineUrl: true, proof: true }, {});
  expect(read).toThrow(/ATRIUM_DOMAIN.*\n.*ATRIUM_HOSTED_ZONE_ID.*\n.*VLLM_SERVICE_URL/);
});

test("the whole internet is no network that may call the cluster's API", () => {
  const read = (networks: string) => readInstallation(nothing, { ATRIUM_CLUSTER_NETWORKS: networks });
  expect(read('203.0.113.0/24, 198.51.100.7/32').clusterNetworks).toEqual([
    '203.0.113.0/24',
    '198.51.100.7/32',
  ]);
  expect(read('').clusterNetworks).toEqual([]);
  for (const wrong of ['0.0.0.0/0', '203.0.113.0', '203.0.113.0/24,0.0.0.0/0']) {
    expect(() => read(wrong)).toThrow(/ATRIUM_CLUSTER_NETWORKS/);
  }
});
