import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { single } from './single.mjs';
import { hashOf, isStamped, removeStamp, writeStamp } from './stamps.mjs';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'atrium-setup-'));
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('two set-ups of one clone take turns', async () => {
  const lock = join(dir, 'lock');
  const order: string[] = [];
  const work = (name: string) => async () => {
    order.push(`${name} starts`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    order.push(`${name} ends`);
  };
  await Promise.all([single(lock, work('a')), single(lock, work('b'))]);
  expect(order).toEqual(['a starts', 'a ends', 'b starts', 'b ends']);
  expect(existsSync(lock)).toBe(false);
});

test.each([
  ['a process that is gone', '999999999 1'],
  ['an earlier process with this id', `${process.pid} 1`],
])('a lock left by %s is taken over', async (_, owner) => {
  const lock = join(dir, 'lock');
  writeFileSync(lock, owner);
  expect(await single(lock, async () => 'done')).toBe('done');
});

test('a stamp holds for exactly the inputs it was written for', () => {
  const stamp = join(dir, 'deep', 'stamp');
  writeStamp(stamp, hashOf('a', 'bc'));
  expect(isStamped(stamp, hashOf('a', 'bc'))).toBe(true);
  expect(isStamped(stamp, hashOf('ab', 'c'))).toBe(false);
  removeStamp(stamp);
  expect(isStamped(stamp, hashOf('a', 'bc'))).toBe(false);
});
