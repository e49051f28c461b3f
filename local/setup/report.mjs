const silentMs = 5_000;
const nameWidth = 18;

/** What is being done, and since when. @type {Map<string, number>} */
const active = new Map();
let lastLineMs = 0;
/** @type {NodeJS.Timeout | undefined} */
let beat;

/** @param {string} name @param {string} text */
export function say(name, text) {
  lastLineMs = Date.now();
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

/** One line for all that goes on, after five seconds without any other. */
function sayWhatGoesOn() {
  if (Date.now() - lastLineMs < silentMs) return;
  const each = [...active].map(([name, sinceMs]) => `${name} ${Math.round((Date.now() - sinceMs) / 1000)} s`);
  say('…', each.join(', '));
}

/**
 * Runs `work`, with a line at its start, a line with its time at its end, and a sign of life in between.
 * @template T
 * @param {string} name
 * @param {string} what what is done, with the size where something is fetched
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function timed(name, what, work) {
  const startedMs = Date.now();
  say(name, what);
  active.set(name, startedMs);
  beat ??= setInterval(sayWhatGoesOn, 500);
  try {
    const result = await work();
    say(name, `done in ${seconds(startedMs)}`);
    return result;
  } finally {
    active.delete(name);
    if (active.size === 0) {
      clearInterval(beat);
      beat = undefined;
    }
  }
}
