import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { freePort } from '../processes/free-port.ts';
import { waitForHttp } from '../processes/wait-for-http.ts';

const root = resolve(import.meta.dirname, '../..');
const endTimeoutMs = 20_000;

/** A process that has ended may stay in the table until somebody reaps it. */
function isRunning(pid: number): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return false;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2)[0] !== 'Z';
}

test('the emulator ends when its parent is killed', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'atrium-emulator-'));
  const port = await freePort();
  const program = `const child = require('node:child_process').spawn(
    '.cache/venv/bin/python', ['local/aws/ministack.py'], { stdio: 'ignore' });
    console.log(child.pid); setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--eval', program], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      TMPDIR: dir,
      GATEWAY_PORT: String(port),
      BIND_HOST: '127.0.0.1',
      SFTP_ENABLED: '0',
      IOT_MTLS_ENABLED: '0',
    },
  });
  try {
    const [line] = await once(parent.stdout, 'data');
    const pid = Number(String(line));
    await waitForHttp(`http://127.0.0.1:${port}/_ministack/health`, { timeoutMs: 25_000 });
    parent.kill('SIGKILL');
    const deadline = Date.now() + endTimeoutMs;
    while (isRunning(pid) && Date.now() < deadline) await sleep(100);
    expect(isRunning(pid)).toBe(false);
  } finally {
    parent.kill('SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  }
}, 60_000);
