/**
 * Does the work for each, two at a time since each takes a core, and tells of each when it is done.
 *
 * @returns what came of them, in the order of `wanted`.
 */
export async function twoAtATime<W, D>(
  wanted: readonly W[],
  work: (each: W) => Promise<D>,
  tell: (done: D) => void,
): Promise<D[]> {
  const results: D[] = [];
  const waiting = wanted.entries();
  const worker = async () => {
    for (const [at, each] of waiting) {
      const done = await work(each);
      results[at] = done;
      tell(done);
    }
  };
  await Promise.all([worker(), worker()]);
  return results;
}
