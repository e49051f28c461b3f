import { likeness } from './word-groups.ts';
import { isFunctionWord, stem, wordsOf } from './words.ts';

/** What a sentence points back to: "The factory was founded in 1907" after "The Tarnwick factory builds tractors". */
export interface BackReference {
  /** Stems of the thing that it goes on about. */
  readonly stems: ReadonlySet<string>;
  /**
   * Stem of something that the thing has, as in "Its office is on the second floor": of the office alone the sentence
   * tells, so that a question which does not ask for the office is not answered. None when it tells of the thing.
   */
  readonly head: string | undefined;
}

const nothing: BackReference = { stems: new Set(), head: undefined };
const subjectPronoun = /^(?:it|he|she|they)$/;
const definite = /^(?:the|this|these|its|his|her|their|an?|every|each)$/;
const opening = /^(?:in|at|on|inside|for)$/;
const joining = /^(?:of|the|de|van|von|da|la|and)$/;
const isName = (word: string): boolean => /^\p{Lu}/u.test(word) || /\p{L}.*\d/u.test(word);

/**
 * Follows what the sentences of a chunk are about, one after the other. The thing that a sentence begins with by name
 * stays the subject of its paragraph until another is named so; beyond it only what is called the same is meant.
 */
export function createBackReferences() {
  let topic: ReadonlySet<string> = new Set();
  let near = false;
  let said: string[][] = [];
  return {
    /** A new chunk or heading: nothing before it is meant any more. */
    reset(): void {
      topic = new Set();
      near = false;
      said = [];
    },
    /** A new paragraph. */
    pause(): void {
      near = false;
      said = [];
    },
    /** What a sentence points back to; to be called once for each, in their order. */
    next(text: string): BackReference {
      const words = wordsOf(text).slice(0, 60);
      const known = namedBefore(words[0], said);
      const lead = known.size > 0 ? known : namedLead(words);
      const found = lead.size > 0 ? { stems: known, head: undefined } : pointedAt(words, topic, near, said);
      if (lead.size > 0) {
        topic = lead;
        near = true;
      }
      said = [words, ...said].slice(0, 6);
      return found;
    },
  };
}

/** The whole name of somebody that a sentence begins with a part of: "Oskar" after "Oskar Lien". */
function namedBefore(first: string | undefined, said: readonly (readonly string[])[]): Set<string> {
  const name = new Set<string>();
  if (first === undefined || !isName(first) || isFunctionWord(first.toLowerCase())) return name;
  for (const words of said) {
    const at = words.indexOf(first);
    const next = words[at + 1];
    if (at < 0 || next === undefined || !isName(next)) continue;
    return name.add(stem(first)).add(stem(next));
  }
  return name;
}

function pointedAt(
  words: readonly string[],
  topic: ReadonlySet<string>,
  near: boolean,
  said: readonly (readonly string[])[],
): BackReference {
  const first = (words[0] ?? '').toLowerCase();
  if (subjectPronoun.test(first)) return near ? { stems: topic, head: undefined } : nothing;
  const noun = words[1];
  if (!definite.test(first) || noun === undefined || isFunctionWord(noun.toLowerCase())) return nothing;
  const head = stem(noun);
  const same = [...topic].some((one) => likeness(one, head) > 0);
  if (same) return { stems: new Set([...topic, head]), head: undefined };
  if (!near) return nothing;
  const mention = mentionOf(head, said);
  // "The bridge" after "beside the Sallow bridge" is that one, and nothing of what the paragraph is about.
  if (mention.named) return { stems: mention.stems, head: undefined };
  return { stems: new Set([...topic, ...mention.stems]), head };
}

/** The words beside the last mention of a noun: "copper" where "a copper chest" was spoken of. */
function mentionOf(
  head: string,
  said: readonly (readonly string[])[],
): { stems: Set<string>; named: boolean } {
  for (const words of said) {
    const at = words.findIndex((word) => stem(word) === head);
    if (at < 0) continue;
    let named = false;
    const stems = new Set([head]);
    for (let before = at - 1; before > 0 && before > at - 4; before -= 1) {
      const word = words[before] as string;
      if (isFunctionWord(word.toLowerCase())) break;
      if (isName(word)) named = true;
      stems.add(stem(word));
    }
    // "Lake Venn", "the lighthouse of Port Ellis"
    const of = words[at + 1] === 'of' ? 1 : 0;
    for (const word of words.slice(at + 1 + of, at + 4 + of)) {
      if (!isName(word)) break;
      named = true;
      stems.add(stem(word));
    }
    return { stems, named };
  }
  return { stems: new Set(), named: false };
}

/** Stems of the named thing that a sentence begins with: "The Sallow Bridge crosses ...", "In the Tarnwick factory ...". */
function namedLead(words: readonly string[]): Set<string> {
  const lead = new Set<string>();
  let at = 0;
  if (opening.test((words[0] ?? '').toLowerCase())) at += 1;
  const article = /^(?:the|a|an|our)$/.test((words[at] ?? '').toLowerCase());
  if (article) at += 1;
  // The first word has a capital in any case, and is part of a name when the next one has its own.
  const sure = at > 0;
  let named = false;
  let plain = false;
  for (const end = at + 7; at < words.length && at < end; at += 1) {
    const word = words[at] as string;
    const low = word.toLowerCase();
    if (lead.size > 0 && joining.test(low)) continue;
    const numbered = named && /^\d+$/.test(word);
    const capital = numbered || (isName(word) && (sure || lead.size > 0 || /\d/.test(word)));
    const begins = !sure && lead.size === 0;
    if (isFunctionWord(low) || /^\d+$/.test(word) !== numbered) break;
    if (begins && !capital && !isName(words[at + 1] ?? '') && !/^of$/.test(words[at + 1] ?? '')) break;
    if (named && !capital) {
      if (article && !plain) lead.add(stem(word));
      break;
    }
    if (capital) named = true;
    else plain = true;
    lead.add(stem(word));
  }
  if (!named) return new Set();
  // "The Vantor 9 is a mixer": then "the mixer" is the Vantor 9.
  if (/^(?:is|was)$/.test(words[at] ?? '') && /^(?:an?|the|our)$/.test(words[at + 1] ?? '')) {
    for (const word of words.slice(at + 2, at + 6)) {
      if (isFunctionWord(word.toLowerCase())) break;
      lead.add(stem(word));
    }
  }
  return lead;
}
