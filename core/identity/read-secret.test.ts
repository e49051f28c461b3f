import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';
import { expect, test, vi } from 'vitest';
import { createSecretsClient, readSecret } from './read-secret.ts';

/** The longest that Lambda lets a function start before it ends the attempt. */
const maxInitMs = 10_000;

test('a Secrets Manager that accepts and says nothing fails the cold start before Lambda gives it up', {
  timeout: 2 * maxInitMs,
}, async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(silent.address() as AddressInfo).port}`);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'a');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'b');
  const startedAt = performance.now();
  const failure = await readSecret(createSecretsClient(), 'stage/keys').catch(String);
  expect(failure).toContain('stage/keys cannot be read');
  expect(performance.now() - startedAt).toBeLessThan(maxInitMs);
  vi.unstubAllEnvs();
  for (const socket of sockets) socket.destroy();
  silent.close();
});
