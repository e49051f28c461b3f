import type { TenantConfig } from '../tenants/schema.ts';
import { maxPatternSize } from './automaton/parse-pattern.ts';
import { maxSizeTogether } from './check-rules.ts';
import { rulesOf } from './rules-of.ts';

/** What is there without any rule, in bytes as below: measured with all that there may be, and rounded up. */
const ofATenant = 200_000;
const ofACharacter = 100;
/** Digits and signs that are read as letters give a text two readings. */
const ofALeetCharacter = 200;
/** A place of an expression, with the states of the automaton that are kept for it. */
const ofAPlace = 5_000;

/** Places that a character of a text has at most where it is looked for in answers. */
const placesOfACharacter = 6;

type Rules = Pick<
  TenantConfig,
  'refusal_rules' | 'sensitive_prompt_patterns' | 'blocked_tools' | 'redaction'
>;

/** Bytes that rules take at most when they are made ready and have been at work. It is reckoned, nothing is compiled. */
export function weightOfRules(config: Rules): number {
  let bytes = ofATenant;
  let inQuestions = 0;
  let inAnswers = 0;
  for (const { type, pattern, leet, where } of rulesOf(config)) {
    const places = type === 'regex' ? placesOf(pattern) : pattern.length * placesOfACharacter;
    if (where !== 'input') inAnswers += places;
    if (where === 'output') continue;
    if (type === 'regex') inQuestions += places;
    else bytes += pattern.length * (leet ? ofALeetCharacter : ofACharacter);
  }
  for (const { pattern } of config.redaction?.patterns ?? []) inAnswers += placesOf(pattern);
  return bytes + ofAPlace * (Math.min(inQuestions, maxSizeTogether) + Math.min(inAnswers, maxSizeTogether));
}

/** Without repetitions written as numbers each place is at least one character of the source. */
const placesOf = (source: string) =>
  source.includes('{') ? maxPatternSize : Math.min(source.length, maxPatternSize);
