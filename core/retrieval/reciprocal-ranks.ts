/** The constant of the paper; it keeps the first places from deciding alone. */
const constant = 60;

/**
 * Merges rankings whose scores cannot be compared, by position alone: reciprocal rank fusion (Cormack, Clarke and
 * Büttcher, SIGIR 2009). Ties keep the order of the earlier ranking.
 *
 * @param rankings keys, best first, each at most once a ranking
 * @returns every key once, best first
 */
export function reciprocalRanks<K>(rankings: readonly (readonly K[])[]): K[] {
  const scores = new Map<K, number>();
  for (const ranking of rankings) {
    for (const [place, key] of ranking.entries()) {
      scores.set(key, (scores.get(key) ?? 0) + 1 / (constant + place + 1));
    }
  }
  return [...scores].sort((a, b) => b[1] - a[1]).map(([key]) => key);
}
