import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { startThread, type Thread, ThreadEnded } from './thread.ts';

/** Answers with what it was given; `die` ends the thread, `fail` is an error, `wait` is never answered. */
const echo = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads';
    parentPort.on('message', ({ id, method, argument }) => {
      if (method === 'die') process.exit(1);
      if (method === 'fail') parentPort.postMessage({ id, error: { name: 'SegmentRejected', message: 'no' } });
      if (method === 'echo') parentPort.postMessage({ id, value: argument });
    });`)}`,
);

let thread: Thread;
afterEach(() => thread.close());

describe('a worker thread', () => {
  it('answers each call with its own answer, and passes errors on by name', async () => {
    thread = startThread(echo, {});
    const answers = await Promise.all([1, 2, 3].map((n) => thread.call('echo', n)));
    expect(answers).toEqual([1, 2, 3]);
    await expect(thread.call('fail', undefined)).rejects.toMatchObject({
      name: 'SegmentRejected',
      message: 'no',
    });
  });

  it('fails what was under way when it dies, and is started again', { timeout: 10_000 }, async () => {
    thread = startThread(echo, {});
    const under = thread.call('wait', undefined);
    const dying = thread.call('die', undefined);
    await expect(under).rejects.toBeInstanceOf(ThreadEnded);
    await expect(dying).rejects.toBeInstanceOf(ThreadEnded);
    await sleep(1_100);
    expect(await thread.call('echo', 'back')).toBe('back');
  });

  it('takes no calls after it is closed', async () => {
    thread = startThread(echo, {});
    await thread.close();
    await expect(thread.call('echo', 1)).rejects.toBeInstanceOf(ThreadEnded);
  });
});
