import type { Outcome } from './kills.ts';

/** Columns of the table, one row an engine and a kind of kill. */
export const head = [
  ...['engine, killed', 'kills', 'asked', 'read to the end', 'settled', 'returned'],
  ...['prompt: settled', 'counted', 'difference', 'completion: settled', 'counted', 'difference'],
];

export function rowOf(outcome: Outcome): (string | number)[] {
  const { engine, kind, kills, seen, settled, sweep, swept, counted } = outcome;
  const both = (key: 'promptTokens' | 'completionTokens') => [
    swept[key],
    counted[key],
    swept[key] - counted[key],
  ];
  return [
    ...[`${engine}, ${kind}`, kills, seen.length, seen.filter(({ done }) => done).length],
    ...[settled.requests, sweep.returned, ...both('promptTokens'), ...both('completionTokens')],
  ];
}

/**
 * Which promises did not hold. Where readers go, what is charged is what the engine counted, to the token. What a process
 * had produced that was killed is nobody's: it is returned, so less is charged than was counted, and never more.
 */
export function brokenIn(outcome: Outcome): string[] {
  const { engine, kind, kills, seen, settled, sweep, swept, open, counted } = outcome;
  const broken: string[] = [];
  const must = (holds: boolean, words: string) => {
    if (!holds) broken.push(`${engine}, ${kind}: ${words}`);
  };
  // The end is said after the settlement; what is told before it may still be lost with the process.
  const told = seen.reduce((all, each) => all + (each.done ? each.told : 0), 0);
  const admitted = seen.filter(({ status }) => status === 200).length;
  must(kills > 0, 'nothing was killed');
  must(counted.completionTokens > 0, 'the engine was not used');
  must(
    seen.every(({ status }) => status === undefined || status === 200),
    'an answer was refused',
  );
  must(open === 0, `${open} reservations are left after the sweep`);
  must(
    swept.requests === settled.requests + sweep.returned,
    'the sweep and the usage disagree about requests',
  );
  must(swept.requests <= seen.length, `${swept.requests} requests are charged, ${seen.length} were made`);
  must(swept.requests >= admitted, `${swept.requests} requests are charged, ${admitted} were admitted`);
  for (const key of ['promptTokens', 'completionTokens'] as const) {
    must(swept[key] === settled[key], `the sweep charged ${key}`);
    if (kind === 'process') must(swept[key] <= counted[key], `more ${key} are charged than were produced`);
    else
      must(
        swept[key] === counted[key],
        `${swept[key]} ${key} are charged, the engine counted ${counted[key]}`,
      );
  }
  const charged = swept.promptTokens + swept.completionTokens;
  must(charged >= told, `readers were told of ${told} tokens, ${charged} are charged`);
  if (kind !== 'process') must(sweep.returned === 0, `${sweep.returned} answers were never settled`);
  return broken;
}
