import { expect, test } from 'vitest';
import { TooManyWaiting, Turns } from './turns.ts';

const forever = new AbortController().signal;

test('one runs at a time, in order of arrival', async () => {
  const turns = new Turns(10);
  const log: string[] = [];
  await Promise.all(
    ['a', 'b', 'c'].map((name) =>
      turns.take(async () => {
        log.push(`${name}+`);
        await new Promise((resolve) => setTimeout(resolve, 5));
        log.push(`${name}-`);
      }, forever),
    ),
  );
  expect(log).toEqual(['a+', 'a-', 'b+', 'b-', 'c+', 'c-']);
  expect([turns.running, turns.waiting]).toEqual([0, 0]);
});

test('who comes to a full queue is told at once, and who leaves makes room', async () => {
  const turns = new Turns(1);
  const done = Promise.withResolvers<void>();
  const first = turns.take(() => done.promise, forever);
  const gone = new AbortController();
  const second = turns.take(async () => 'never', gone.signal);
  await expect(turns.take(async () => {}, forever)).rejects.toThrow(TooManyWaiting);
  gone.abort(new Error('left'));
  await expect(second).rejects.toThrow('left');
  const third = turns.take(async () => 'third', forever);
  done.resolve();
  await first;
  expect(await third).toBe('third');
});

test('work that fails passes the turn on', async () => {
  const turns = new Turns(1);
  await expect(
    turns.take(async () => {
      throw new Error('failed');
    }, forever),
  ).rejects.toThrow('failed');
  expect(await turns.take(async () => 'next', forever)).toBe('next');
});
