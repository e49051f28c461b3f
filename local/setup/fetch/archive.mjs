import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from '../children.mjs';
import { paths } from '../paths.mjs';
import { hashOf, isStamped, removeStamp, writeStamp } from '../stamps.mjs';
import { verify } from './verify.mjs';

/** @typedef {import('../pins.mjs').PinnedArchive} PinnedArchive */

const unpackScript = new URL('unpack.py', import.meta.url).pathname;

/** @param {PinnedArchive} pin */
const stampOf = (pin) => join(paths.models, `.${pin.archive.file}.stamp`);
/** @param {PinnedArchive} pin */
const hashOfPin = (pin) => hashOf(JSON.stringify(pin));

/** Whether all files of the archive lie in the models folder as pinned. @param {PinnedArchive} pin */
export function hasFiles(pin) {
  if (!isStamped(stampOf(pin), hashOfPin(pin))) return false;
  return pin.files.every(({ file, bytes }) => {
    const path = join(paths.models, file);
    return existsSync(path) && statSync(path).size === bytes;
  });
}

/**
 * Fetches the archive and takes the pinned files out of it. Nothing has its final name before its hash was
 * checked; an archive that is whole from an interrupted run is not fetched again.
 * @param {string} step
 * @param {PinnedArchive} pin
 * @param {(folder: string) => Promise<void>} fetchInto puts the archive in a folder under its own name
 */
export async function takeFiles(step, pin, fetchInto) {
  const folder = join(paths.models, `.${pin.archive.file}.part`);
  const archive = join(folder, pin.archive.file);
  mkdirSync(folder, { recursive: true });
  removeStamp(stampOf(pin));
  if (!(await isWhole(archive, pin.archive.sha256))) await fetchInto(folder);
  await verify(archive, pin.archive.sha256);
  for (const { member, file, sha256 } of pin.files) {
    const part = join(folder, file);
    await runQuietly(step, 'python3', [unpackScript, archive, member, part]);
    await verify(part, sha256);
    renameSync(part, join(paths.models, file));
  }
  writeStamp(stampOf(pin), hashOfPin(pin));
  rmSync(folder, { recursive: true, force: true });
}

/** @param {string} archive @param {string} sha256 */
async function isWhole(archive, sha256) {
  if (!existsSync(archive)) return false;
  try {
    await verify(archive, sha256);
    return true;
  } catch {
    rmSync(archive, { force: true });
    return false;
  }
}
