import type { AnswerKind, Term } from './question.ts';
import { likeness } from './word-groups.ts';
import { isFunctionWord, stem, wordsOf } from './words.ts';

/** What a part has for itself, so that the whole's cannot be told from it. */
const ownOfParts: ReadonlySet<AnswerKind> = new Set([
  'money',
  'weight',
  'length',
  'colour',
  'age',
  'speed',
  'temperature',
]);

/** "A bottle of oil", "a ticket for the museum", "the price of the stove" speak of the thing itself. */
const stands = new Set(
  (
    'price cost fee fare charge rate weight mass length height width depth size colour color age speed temperature distance ' +
    'bottle cup glass mug pot can tin jar box pack packet case crate bag sack bowl plate piece slice loaf bunch pair dozen set ' +
    'kilogram kilo gram kg g litre liter l gallon pound ounce ton tonne metre meter portion serving dose tube roll sheet bar carton ' +
    'ticket admission entry entrance card pass place seat bed copy version model edition number amount total sort kind value deadline ' +
    'use rent hire rental purchase'
  )
    .split(' ')
    .map(stem),
);

const article = /^(?:a|an|the|our|your|its|their|this|that|every|each|any|all)$/;

/**
 * Whether a sentence tells of a part of what is asked about, or of something for it: "A spare ring for the Ember costs
 * $4" tells no price of the Ember. Nor does "Milk costs $1", though the Ember was named in the sentence before.
 *
 * @param context stems of what stands around the sentence.
 */
export function tellsOfPart(
  kind: AnswerKind,
  terms: readonly Term[],
  sentence: string,
  context: ReadonlySet<string> = new Set(),
): boolean {
  if (!ownOfParts.has(kind)) return false;
  const words = wordsOf(sentence);
  const stems = words.map(stem);
  const first = stems.findIndex((one) => terms.some((term) => !term.measure && term.stem === one));
  if (first < 0) return terms.some(({ exact }) => exact) && hasOwnSubject(words, stems, context);
  let at = first - 1;
  while (at > 0 && article.test((words[at] as string).toLowerCase())) at -= 1;
  // Farther on, the sentence has come to something else than its subject.
  if (at < 1 || at > 6 || !/^(?:of|for|from)$/i.test(words[at] as string)) return false;
  // "The rubber ring ER-12 for the Ember": the noun stands before its number.
  const last = at > 1 && /\d/.test(words[at - 1] as string) ? at - 2 : at - 1;
  const low = stems[last] as string;
  if (isFunctionWord((words[last] as string).toLowerCase()) || /\d/.test(low) || stands.has(low))
    return false;
  return !terms.some((term) => likeness(term.stem, low) > 0);
}

/** Whether a sentence begins with a thing of its own, instead of "it", "the price" or what its headings name. */
function hasOwnSubject(
  words: readonly string[],
  stems: readonly string[],
  context: ReadonlySet<string>,
): boolean {
  let at = 0;
  while (article.test((words[at] ?? '').toLowerCase())) at += 1;
  let own = false;
  for (; at < words.length; at += 1) {
    const word = (words[at] as string).toLowerCase();
    const low = stems[at] as string;
    if (/\d/.test(word) || isFunctionWord(word)) break;
    if (stands.has(low)) return own && /^(?:cost|weigh|price)/.test(low);
    if (context.has(low)) return false;
    own = true;
  }
  return own;
}
