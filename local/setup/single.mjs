import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 300;

/**
 * A process id with its start time, since ids are used again after a restart of the machine.
 * @param {number | string} pid
 * @returns {string | undefined} undefined when there is no such process
 */
function identify(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may hold spaces; the start time is the 22nd.
    const startTime = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return `${pid} ${startTime}`;
  } catch {
    return undefined;
  }
}

/**
 * Runs `work` while no other process sets up this clone: two at once would delete each other's folders.
 * @template T
 * @param {string} lockFile names the owner; one left by a process that died is taken over
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function single(lockFile, work) {
  mkdirSync(dirname(lockFile), { recursive: true });
  let told = false;
  for (;;) {
    try {
      writeFileSync(lockFile, identify(process.pid) ?? String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
    const owner = ownerOf(lockFile);
    if (owner !== undefined && identify(owner.split(' ')[0] ?? '') !== owner) {
      rmSync(lockFile, { force: true });
      continue;
    }
    if (!told)
      console.log(
        `Another set-up of this clone is running (process ${owner?.split(' ')[0] ?? 'unknown'}); waiting for it.`,
      );
    told = true;
    await sleep(pollMs);
  }
  const release = () => rmSync(lockFile, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.removeListener('exit', release);
    release();
  }
}

/** @param {string} lockFile @returns {string | undefined} undefined while it is being written or was just removed */
function ownerOf(lockFile) {
  try {
    return readFileSync(lockFile, 'utf8') || undefined;
  } catch {
    return undefined;
  }
}
