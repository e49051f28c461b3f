import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** @param {string} file @returns {Promise<string>} in hexadecimal */
export async function sha256Of(file) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/**
 * @param {string} file
 * @param {string} expected
 * @throws when the file is not the pinned one
 */
export async function verify(file, expected) {
  const actual = await sha256Of(file);
  if (actual !== expected)
    throw new Error(`${basename(file)} is not the pinned file: sha256 ${actual}, not ${expected}`);
}
