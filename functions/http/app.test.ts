import { expect, test, vi } from 'vitest';
import { Problem } from '../../core/problems/problem.ts';
import { createApp } from './app.ts';

test('that there is too much to do is told in one line, and is no error', async () => {
  const app = createApp();
  app.get('/', () => {
    throw new Problem('unavailable', 'Other previews are under way.', { retryAfterS: 3 });
  });
  const lines: string[] = [];
  const write = vi.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  expect((await app.request('/')).status).toBe(503);
  write.mockRestore();
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { level: 'warn', message: 'request put off', detail: 'Other previews are under way.' },
  ]);
});

test('the log says why a part is unavailable, down to the first cause, and the answer does not', async () => {
  const denied = new Error('not authorized to perform: sts:AssumeRole');
  const app = createApp();
  app.get('/', () => {
    const cause = new Error('the configuration cannot be read', { cause: denied });
    throw new Problem('unavailable', 'Not right now.', { cause });
  });
  const lines: string[] = [];
  const write = vi.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  const response = await app.request('/');
  write.mockRestore();
  expect(response.status).toBe(503);
  expect(await response.text()).not.toMatch(/sts:|configuration/);
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    message: 'request failed',
    error: { text: 'the configuration cannot be read', cause: { text: denied.message } },
  });
});
