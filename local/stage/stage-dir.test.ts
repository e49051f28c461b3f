import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { processStamp } from '../processes/process-stamp.ts';
import { StageDir, StageIsRunning } from './stage-dir.ts';

let path: string;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'atrium-dir-'));
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

const sleeper = () => spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
const record = (supervisor: object, parts: object[]) =>
  writeFileSync(join(path, 'processes.json'), JSON.stringify({ supervisor, parts }));

test('a directory whose stage is alive is not taken', async () => {
  await new StageDir(path).claim();
  await expect(new StageDir(path).claim()).rejects.toThrow(StageIsRunning);
  expect(existsSync(join(path, 'processes.json'))).toBe(true);
});

test('what an earlier stage left behind is ended, and nobody else', async () => {
  const left = sleeper();
  const other = sleeper();
  const ended = new Promise((resolve) => left.once('exit', resolve));
  record({ pid: 2 ** 22 + 1, stamp: '1' }, [
    { pid: left.pid, stamp: processStamp(left.pid ?? 0) },
    // The same id, but begun at another time: a stranger by now.
    { pid: other.pid, stamp: '1' },
  ]);
  await new StageDir(path).claim();
  await ended;
  expect(processStamp(other.pid ?? 0)).toBeDefined();
  other.kill();
});

test('a record that was cut off does not stop a start', async () => {
  writeFileSync(join(path, 'processes.json'), '{"super');
  await new StageDir(path).claim();
});

test('a part that is somebody else’s is listed, and nobody ends it', async () => {
  const dir = new StageDir(path);
  await dir.claim();
  dir.write([{ name: 'model', url: 'http://127.0.0.1:1', pid: null, log: null }]);
  expect(JSON.parse(readFileSync(join(path, 'stage.json'), 'utf8')).parts).toHaveLength(1);
  expect(JSON.parse(readFileSync(join(path, 'processes.json'), 'utf8')).parts).toEqual([]);
  dir.release();
});

test('stage.json lists the parts and goes when the stage does', async () => {
  const dir = new StageDir(path);
  await dir.claim();
  const parts = [{ name: 'gateway', url: 'http://127.0.0.1:1', pid: process.pid, log: 'x' }];
  dir.write(parts);
  expect(JSON.parse(readFileSync(join(path, 'stage.json'), 'utf8'))).toEqual({ parts });
  dir.release();
  expect(existsSync(join(path, 'stage.json'))).toBe(false);
  await new StageDir(path).claim();
});
