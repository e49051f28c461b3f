import { expect, test } from 'vitest';
import { providersPart } from './sst-platform.mjs';

const config = (version: string, rest = '') =>
  `export default $config({ app() { return { name: 'a', providers: { aws: { version: '${version}', region: 'x' }, tls: '5' } }; }, run() {${rest}} });`;

test('the platform is installed anew for other providers, and for nothing else', () => {
  expect(providersPart(config('7.20.0'))).toBe(
    "providers: { aws: { version: '7.20.0', region: 'x' }, tls: '5' }",
  );
  expect(providersPart(config('7.20.0', 'createNetwork();'))).toBe(providersPart(config('7.20.0')));
  expect(providersPart(config('7.21.0'))).not.toBe(providersPart(config('7.20.0')));
  expect(() => providersPart('export default {}')).toThrow('no providers');
});
