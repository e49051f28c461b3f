import { answerForm } from './answer-form.ts';
import type { Ask, Term } from './question.ts';
import type { ReadSentence } from './sentence-context.ts';
import { likeness, wordGroupsOf } from './word-groups.ts';
import { stem, wordsOf } from './words.ts';

/**
 * What is measured of a sentence as an answer to an ask; the order is that of the weights in `rank-evidence.ts`.
 *
 *     cosine      of the vectors; `behind`: how far it is below the nearest sentence's
 *     stated      share of the question's words that the sentence has; `framed`: or its headings, title, columns
 *     poorer      how far `framed` is below the best sentence's
 *     unknown     names and numbers of the question that are in neither; `leaning`: only in what stands around
 *     fits        has the form that the answer must have; `misfits`: cannot have it
 *     unmeasured  the property asked for (price, weight) is not mentioned and no unit tells it
 *     measured    the property is mentioned in the sentence itself
 *     uncounted   what "how many" counts is not mentioned
 *     stray       share of plain words that are in neither, where no name is in the sentence
 *     strayNamed  the same where a name is there and lends the vectors a nearness that says nothing about what is
 *                 asked of it; the noun beside the name ("the Zorvex bridge") is left out
 *     bare        a name is there and nothing at all of what is asked of it
 *     undone      the verb that ends the question is in neither, and no form of the sentence speaks for it
 *     another     a word that tells which one is meant is missing, though the word that it goes with is there
 *     novel       a plain word of the question, without known likes, that none of the sentences has, where a name is there
 */
export const featureNames = [
  'bias',
  'cosine',
  'behind',
  'stated',
  'framed',
  'poorer',
  'unknown',
  'leaning',
  'fits',
  'misfits',
  'unmeasured',
  'measured',
  'uncounted',
  'stray',
  'strayNamed',
  'bare',
  'undone',
  'another',
  'novel',
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

const sameName = (a: string, b: string): boolean => a === b || a === `${b}s` || b === `${a}s`;

const best = (term: Pick<WeighedTerm, 'stem' | 'like'>, stems: ReadonlySet<string>): number => {
  if (stems.has(term.stem)) return 1;
  let value = 0;
  for (const one of stems) {
    value = Math.max(value, term.like(one));
    if (value >= 0.8) break;
  }
  return value;
};

/** The share of an ask's words that a sentence and what stands around it speak of, 0 to 1. */
export function framedShare(terms: readonly WeighedTerm[], sentence: ReadSentence): number {
  let total = 0;
  let framed = 0;
  for (const term of terms) {
    if (term.measure) continue;
    total += term.weight;
    framed += term.weight * Math.max(best(term, sentence.stems), best(term, sentence.contextStems));
  }
  return total === 0 ? 0.5 : framed / total;
}

/** What a sentence is compared with: the highest of all the candidates'. */
export interface Top {
  readonly cosine: number;
  readonly framed: number;
}

/** Features of one sentence, in the order of `featureNames`. `cosine` is that of the question's and its vector. */
export function evidenceFeatures(
  ask: Ask,
  terms: readonly WeighedTerm[],
  asked: ReadonlySet<string>,
  sentence: ReadSentence,
  cosine: number,
  top: Top,
): number[] {
  const form = answerForm(ask.kind, sentence.candidate.text, sentence.header, asked);
  let [total, stated, framed] = [0, 0, 0];
  let [unknown, leaning, named] = [0, 0, 0];
  let [plain, stray] = [0, 0];
  let [remainder, missed] = [0, 0];
  let [unmeasured, measured, uncounted, undone, another] = [0, 0, 0, 0, 0];
  for (const [index, term] of terms.entries()) {
    const here = best(term, sentence.stems);
    const around = here >= 0.7 ? here : Math.max(here, best(term, sentence.contextStems));
    if (term.verb && around === 0 && form < 1) undone = 1;
    if (term.counted && around === 0) uncounted = 1;
    // The noun beside a name goes without saying when it is there, and tells of another thing when it is not.
    if (!term.exact && !(term.titled && around > 0)) {
      remainder += 1;
      if (around === 0 && !(term.measure && form === 1)) missed += 1;
    }
    if (term.measure) {
      if (around === 0 && form < 1) unmeasured = 1;
      if (here > 0) measured = 1;
      continue;
    }
    total += term.weight;
    stated += term.weight * here;
    framed += term.weight * around;
    if (term.exact) {
      if (around === 0) unknown += 1;
      else if (here === 0) leaning += 1;
      else named = 1;
    } else {
      plain += 1;
      if (around === 0) stray += 1;
      const next = terms[index + 1];
      if (term.modifier && next && around === 0 && best(next, sentence.stems) > 0.7) another = 1;
    }
  }
  const novel = named && terms.some((term) => term.novel) ? 1 : 0;
  const share = total === 0 ? 0.5 : framed / total;
  const strayShare = plain === 0 ? 0 : stray / plain;
  return [
    1,
    (cosine - 0.7) * 10,
    (cosine - top.cosine) * 10,
    total === 0 ? 0.5 : stated / total,
    share,
    share - top.framed,
    Math.min(unknown, 2),
    Math.min(leaning, 2),
    form === 1 ? 1 : 0,
    form === -1 ? 1 : 0,
    unmeasured,
    measured,
    uncounted,
    named ? 0 : strayShare,
    named && remainder > 0 ? missed / remainder : 0,
    named && remainder > 0 && missed === remainder ? 1 : 0,
    undone,
    another,
    novel,
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
