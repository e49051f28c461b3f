import { replacements } from './replacements.mjs';

/**
 * The corrected text of faiss-node's single source file.
 * @param {string} source
 * @returns {string}
 * @throws when a text to be replaced does not occur exactly as often as expected
 */
export function correctSource(source) {
  let text = source;
  for (const { why, times, from, to } of replacements) {
    const parts = text.split(from);
    const found = parts.length - 1;
    if (found !== times)
      throw new Error(`faiss-node's source: expected ${times} places, found ${found} (${why})`);
    text = parts.join(to);
  }
  return text;
}
