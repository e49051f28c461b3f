import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * A hash of everything a step's result depends on.
 * @param {...(string | Buffer)} inputs
 */
export function hashOf(...inputs) {
  const hash = createHash('sha256');
  for (const input of inputs) hash.update(`${Buffer.byteLength(input)}:`).update(input);
  return hash.digest('hex');
}

/** @param {string} file @param {string} hash */
export function isStamped(file, hash) {
  try {
    return readFileSync(file, 'utf8') === hash;
  } catch {
    return false;
  }
}

/** Removed before a step starts and written when it has ended, so that an interrupted step is run again. @param {string} file */
export function removeStamp(file) {
  rmSync(file, { force: true });
}

/** @param {string} file @param {string} hash */
export function writeStamp(file, hash) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, hash);
}
