import type { RefusalRule } from '../../core/guardrails/schema.ts';

const contains = [
  ...['hack', 'password', 'credit card', 'bomb', 'weapon', 'malware', 'jailbreak', 'ransomware', 'phishing'],
  ...['explosive', 'counterfeit', 'launder', 'smuggle', 'poison', 'kidnap', 'extort', 'blackmail', 'steroid'],
  ...['cocaine', 'fentanyl', 'keylogger', 'rootkit', 'botnet', 'exploit kit', 'tax fraud', 'insider trading'],
  ...['Sprengstoff', 'взлом', '炸弹', 'mot de passe'],
];
const words = ['kill', 'gun', 'drug', 'rape', 'isis', 'nazi', 'meth', 'slave', 'riot', 'sex'];
const expressions = [
  '\\bhow (do|can|to) (i|we|you)? ?(steal|rob|break into)\\b',
  '\\bignore (all|any|the)? ?(previous|prior|above) (instructions?|rules?)\\b',
  '\\b(system|developer) (prompt|message)\\b',
  '\\b[a-z]{2}\\d{2} ?\\d{4} ?\\d{4}\\b',
  'project[- ](falcon|osprey|kestrel)',
  '\\b(?:\\d[ -]?){13,16}\\b',
  '(buy|sell|trade)\\s+(fake|forged)\\s+\\w+',
  '\\bemployee (id|number):? ?\\d{5,8}\\b',
  '(act|pretend|behave) (as|like) (an?|the) \\w+ without (rules|limits)',
  'confidential|internal only|do not share',
];

/** Fifty rules for questions: 30 `contains`, 10 `word`, 10 `regex`. None refuses the bench's texts. */
export const fiftyRules: readonly RefusalRule[] = [
  ...contains.map((pattern) => ({ type: 'contains' as const, pattern, reason: pattern })),
  ...words.map((pattern) => ({ type: 'word' as const, pattern, reason: pattern })),
  ...expressions.map((pattern) => ({ type: 'regex' as const, pattern, reason: 'expression' })),
];

/** A tenant's own ten patterns for answers. */
export const tenPatterns: readonly { readonly name: string; readonly pattern: string }[] = [
  { name: 'customer', pattern: '\\bC-\\d{6}\\b' },
  { name: 'contract', pattern: '\\b[A-Z]{2}-\\d{4}/\\d{2}\\b' },
  { name: 'project', pattern: 'project (falcon|osprey|kestrel)' },
  { name: 'badge', pattern: 'badge (no\\.?|number) \\d{4,6}' },
  { name: 'patient', pattern: '\\bPAT\\d{8}\\b' },
  { name: 'host', pattern: '\\b[a-z]{2,10}-(prod|stage)-\\d{1,3}\\b' },
  { name: 'plate', pattern: '\\b[A-Z]{3}-\\d{3,4}[A-Z]\\b' },
  { name: 'room', pattern: '\\broom [A-F]\\d{3}\\b' },
  { name: 'case', pattern: 'case #\\d{1,8}' },
  { name: 'hex', pattern: '\\b0x[0-9a-f]{8,16}\\b' },
];
