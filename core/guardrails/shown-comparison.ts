import { shortened } from '../queries/shortened.ts';
import type { Compared } from './preview.ts';
import type { RuleRef } from './schema.ts';
import type { RuleMatch } from './screen.ts';

/** Of one question; those that speak first. */
const maxMatches = 20;
const maxMatchLength = 200;

/** A place where a rule matches, as it is told. */
export interface ShownMatch {
  readonly rule: RuleRef;
  readonly shadow: boolean;
  /** Code points in the question, as citations count; the end is exclusive. */
  readonly start: number;
  readonly end: number;
  /** What stands there, cut where it is very long. */
  readonly text: string;
}

/** A question and what was found of it, of bounded size. */
export function shownComparison(query: string, { before, after, change, matches }: Compared) {
  return {
    query,
    before,
    after,
    change,
    matches: matches.slice(0, maxMatches).map((each) => shown(query, each)),
  };
}

function shown(query: string, { rule, start, end }: RuleMatch): ShownMatch {
  return {
    rule: rule.ref,
    shadow: rule.shadow,
    start: pointsBefore(query, start),
    end: pointsBefore(query, end),
    text: shortened(query.slice(start, end), maxMatchLength),
  };
}

/** Code points before a place in UTF-16 units: all units but the second halves of pairs. */
function pointsBefore(text: string, unit: number): number {
  let points = unit;
  for (let n = 1; n < unit; n++) if (isPair(text, n)) points--;
  return points;
}

const isPair = (text: string, second: number) => (text.codePointAt(second - 1) ?? 0) > 0xffff;
