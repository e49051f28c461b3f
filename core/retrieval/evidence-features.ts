import { answerForm } from './answer-form.ts';
import { tellsOfPart } from './part-of.ts';
import type { Ask, Term } from './question.ts';
import type { ReadSentence } from './sentence-context.ts';
import { likeness, wordGroupsOf } from './word-groups.ts';
import { stem, wordsOf } from './words.ts';

/**
 * What is measured of a sentence as an answer to an ask; the weights are in `evidence-weights.ts`.
 *
 *     cosine       of the vectors
 *     stated       share of the question's words that the sentence has; `framed`: or its headings, title, columns
 *     unknown      names and numbers of the question that are in neither
 *     misfits      cannot have the form that the answer must have; `vague`: may have it, but nothing is sure to
 *     stray        share of plain words that are in neither, where no name is in the sentence
 *     strayNamed   the same where a name is there and lends the vectors a nearness that says nothing about what is
 *                  asked of it; the noun beside the name ("the Zorvex bridge") is left out
 *     bare         a name is there and nothing at all of what is asked of it
 *     undone       a name is there, the verb that the question has for it is in neither, and the form does not make up
 *     another      a word that tells which one is meant is missing, though the word that it goes with is there
 *     novel        a plain word of the question, without known likes, that no sentence has, where a name is there
 *     absent       the thing that is asked about is in neither; `absentOpen`: where the form tells no kind of answer
 *     absentNamed  the same where a name is there: most of all in price lists, where each line names the shop (else half)
 *     part         a part of what is asked about is there, or something for it
 *     undefined    what a thing is has been asked, and the sentence does not tell
 */
export const featureNames = [
  'bias',
  'cosine',
  'stated',
  'framed',
  'unknown',
  'misfits',
  'vague',
  'stray',
  'strayNamed',
  'bare',
  'undone',
  'another',
  'novel',
  'absent',
  'absentOpen',
  'absentNamed',
  'part',
  'undefined',
] as const;

export interface WeighedTerm extends Term {
  readonly weight: number;
  /** In none of the sentences, in no like word either, and none is known. */
  readonly novel: boolean;
  readonly like: (stemmed: string) => number;
}

/** Terms with their rarity among the sentences, and a memory of what they are like. */
export function weighTerms(ask: Ask, sentences: readonly ReadSentence[]): WeighedTerm[] {
  return ask.terms.map((term) => {
    const known = new Map<string, number>();
    const like = (stemmed: string): number => {
      let value = known.get(stemmed);
      if (value === undefined) {
        value = term.exact ? (sameName(stemmed, term.stem) ? 1 : 0) : likeness(term.stem, stemmed);
        known.set(stemmed, value);
      }
      return value;
    };
    let found = 0;
    for (const { stems } of sentences) if (stems.has(term.stem)) found += 1;
    const rarity = Math.log(1 + sentences.length / (1 + found)) / Math.log(1 + sentences.length);
    const novel =
      !term.exact &&
      !term.measure &&
      found === 0 &&
      wordGroupsOf(term.stem).size === 0 &&
      !sentences.some(
        (one) => best({ stem: term.stem, like }, one.stems) > 0 || one.contextStems.has(term.stem),
      );
    return { ...term, like, novel, weight: (0.3 + rarity) * (term.exact ? 1.5 : 1) };
  });
}

/** "Jotling is an app for notes", "Box 7, the largest", "It shows the way"; of contents: "It contains two maps". */
const definitions = {
  is: /\b(?:is|are|was|were)\s+(?:an?|the|one|our)\b|,\s+(?:an?|the|our)\s|\b(?:helps?|lets?|allows?|serves?|used|shows?|manages?|provides?|offers?|means?|stands for|makes?|runs?|leads?|sells?)\b/i,
  in: /\b(?:contain|includ|consist|compris)\w*|\bwith\b/i,
};

/** "It is an app for notes" goes on about the thing named before. */
const pointing = /^\s*(?:it|its|this|these|he|she|they|his|her)\b/i;

const sameName = (a: string, b: string): boolean => a === b || a === `${b}s` || b === `${a}s`;

const none: ReadonlySet<string> = new Set();
/** What a sentence points back to counts nearly as much as what it says. */
const pointedShare = 0.95;

const best = (term: Pick<WeighedTerm, 'stem' | 'like'>, stems: ReadonlySet<string>): number => {
  if (stems.has(term.stem)) return 1;
  let value = 0;
  for (const one of stems) {
    value = Math.max(value, term.like(one));
    if (value >= 0.8) break;
  }
  return value;
};

/** Where nearly all of a question's words are, short and plain sentences ("It is free.") need not be near as well. */
const covered = 0.75;
const near = 0.58;

/** Features of one sentence, in the order of `featureNames`. `cosine` is that of the question's and its vector. */
export function evidenceFeatures(
  ask: Ask,
  terms: readonly WeighedTerm[],
  asked: ReadonlySet<string>,
  sentence: ReadSentence,
  cosine: number,
): number[] {
  const { text } = sentence.candidate;
  const form = answerForm(ask.kind, text, sentence.header, asked);
  const { head, stems: pointed } = sentence.pointed;
  const pointsAt =
    head === undefined || terms.some((term) => term.stem === head || term.like(head) > 0) ? pointed : none;
  const surroundings =
    head === undefined ? new Set([...sentence.contextStems, ...pointed]) : sentence.contextStems;
  let [total, stated, framed] = [0, 0, 0];
  let [unknown, named] = [0, 0];
  let [plain, stray] = [0, 0];
  let [remainder, missed] = [0, 0];
  let [undone, another, absent] = [0, 0, 0];
  for (const [index, term] of terms.entries()) {
    const own = best(term, sentence.stems);
    const here = own >= 0.7 ? own : Math.max(own, best(term, pointsAt) * pointedShare);
    const around = here >= 0.7 ? here : Math.max(here, best(term, sentence.contextStems));
    if (term.verb && around === 0 && form < 1) undone = 1;
    if (term.thing && around === 0) absent = 1;
    // The noun beside a name goes without saying when it is there, and tells of another thing when it is not.
    if (!term.exact && !(term.titled && around > 0)) {
      remainder += 1;
      if (around === 0 && !(term.measure && form === 1)) missed += 1;
    }
    if (term.measure) continue;
    total += term.weight;
    stated += term.weight * here;
    framed += term.weight * around;
    if (term.exact) {
      if (around === 0) unknown += 1;
      else if (here > 0) named = 1;
    } else {
      plain += 1;
      if (around === 0) stray += 1;
      const next = terms[index + 1];
      if (
        term.modifier &&
        next &&
        around === 0 &&
        Math.max(best(next, sentence.stems), best(next, pointsAt)) > 0.7
      )
        another = 1;
    }
  }
  const share = total === 0 ? 0.5 : framed / total;
  const strayShare = plain === 0 ? 0 : stray / plain;
  const missedShare = remainder === 0 ? 0 : missed / remainder;
  const open = ask.kind === 'open' || ask.kind === 'person' || ask.kind === 'place';
  return [
    1,
    ((share >= covered ? Math.max(cosine, near) : cosine) - 0.7) * 10,
    total === 0 ? 0.5 : stated / total,
    share,
    Math.min(unknown, 2),
    form === -1 ? 1 : 0,
    form === 0 && ask.kind !== 'open' ? 1 : 0,
    named ? 0 : strayShare,
    named ? missedShare : 0,
    named && missedShare === 1 ? 1 : 0,
    named ? undone : 0,
    another,
    named && terms.some((term) => term.novel) ? 1 : 0,
    open || named ? 0 : absent,
    open ? absent : 0,
    open || !named ? 0 : absent * (ask.kind === 'money' ? 1 : 0.5),
    tellsOfPart(ask.kind, terms, text, surroundings) ? 1 : 0,
    ask.defines && !(definitions[ask.defines].test(text) && (named || pointing.test(text))) ? 1 : 0,
  ];
}

/** 0 to 1: the share of the terms that a sentence speaks of, in their own or in like words. 1 when there are none. */
export function speaksOf(terms: readonly Term[], sentence: string): number {
  if (terms.length === 0) return 1;
  const stems = wordsOf(sentence).map(stem);
  const spoken = terms.filter((term) =>
    stems.some((one) => (term.exact ? sameName(one, term.stem) : likeness(term.stem, one) > 0)),
  );
  return spoken.length / terms.length;
}
