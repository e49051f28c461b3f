const silentMs = 5_000;
const nameWidth = 18;

/** @param {string} name @param {string} text */
export function say(name, text) {
  console.log(`  ${name.padEnd(nameWidth)}${text}`);
}

/** @param {number} bytes */
export function inMegabytes(bytes) {
  return `${Math.max(1, Math.round(bytes / 1e6))} MB`;
}

/** @param {number} sinceMs */
export function seconds(sinceMs) {
  return `${((Date.now() - sinceMs) / 1000).toFixed(1)} s`;
}

/**
 * Runs `work`, with a line every five seconds while it is silent and one with its time at the end.
 * @template T
 * @param {string} name
 * @param {string} what what is done, with the size where something is fetched
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function timed(name, what, work) {
  const startedMs = Date.now();
  say(name, what);
  const beat = setInterval(() => {
    say(name, `… ${Math.round((Date.now() - startedMs) / 1000)} s`);
  }, silentMs);
  try {
    const result = await work();
    say(name, `done in ${seconds(startedMs)}`);
    return result;
  } finally {
    clearInterval(beat);
  }
}
