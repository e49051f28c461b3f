import { expect, test, vi } from 'vitest';
import { adminParts } from '../../test/support/admin-parts.ts';
import { ask, chatStand, json } from '../../test/support/chat-stand.ts';
import { createAdminApp } from '../admin/app.ts';
import { createAuthenticator } from './authenticate.ts';

/** Something that is left to do, and whether an answer has ended without it. */
function leftToDo() {
  const { promise, resolve } = Promise.withResolvers<void>();
  let waitedFor = 0;
  return {
    done: resolve,
    waitedFor: () => waitedFor,
    settled: () => {
      waitedFor++;
      return promise;
    },
  };
}
const soon = (what: Promise<unknown>) =>
  Promise.race([what.then(() => 'ended'), new Promise((resolve) => setTimeout(resolve, 50, 'waits'))]);

test('a stream says everything at once and ends when nothing is left to do', async () => {
  const left = leftToDo();
  const stand = await chatStand();
  const response = await ask(stand.chatApp({ settled: left.settled }), { query: 'oats?' });
  let text = '';
  const reading = (async () => {
    for await (const part of response.body ?? []) text += new TextDecoder().decode(part);
  })();
  await vi.waitFor(() => expect(text).toContain('event: done'));
  expect(await soon(reading)).toBe('waits');
  left.done();
  expect(await soon(reading)).toBe('ended');
  expect(left.waitedFor()).toBe(1);
});

test('a stream that nobody reads to its end waits, too', async () => {
  const left = leftToDo();
  const stand = await chatStand();
  const response = await ask(stand.chatApp({ settled: left.settled }), { query: 'oats?' });
  const reader = response.body?.getReader();
  await reader?.read();
  left.done();
  await reader?.cancel();
  expect(left.waitedFor()).toBe(1);
});

test('an answer in one piece and a problem wait', async () => {
  const stand = await chatStand();
  for (const [headers, status] of [
    [json, 200],
    [{ 'x-tenant-id': 'nobody' }, 404],
  ] as const) {
    const left = leftToDo();
    const asking = ask(stand.chatApp({ settled: left.settled }), { query: 'oats?' }, headers);
    expect(await soon(asking)).toBe('waits');
    left.done();
    expect((await asking).status).toBe(status);
  }
});

test('so do answers of the control plane', async () => {
  const left = leftToDo();
  const stand = await chatStand();
  const authenticator = createAuthenticator({ modes: ['header'] });
  const app = createAdminApp({ ...adminParts(stand.store), authenticator, settled: left.settled });
  const asking = (async () => app.request('/tenant/t1/config', { headers: { 'x-tenant-id': 't1' } }))();
  expect(await soon(asking)).toBe('waits');
  left.done();
  expect((await asking).status).toBe(200);
});
