import { isFunctionWord, wordsOf } from './words.ts';

/** What a question is about, and what it says of it. Words in lower case. */
export interface AskedThing {
  /** Nouns that name the thing: in "What does a crate of plums cost at the market?" crate and plums. */
  readonly nouns: ReadonlySet<string>;
  /** The verb that an auxiliary left behind its subject: in "When does the bus to Calder leave?" leave. */
  readonly verb: string | undefined;
  /** Nothing was said of the thing yet where the reading stopped: the question's last word may say it. */
  readonly open: boolean;
}

const helping = /^(?:do|does|did|can|could|may|might|must|should|will|would|shall)$/;
const being = /^(?:is|are|was|were|has|have|had)$/;
const determiner =
  /^(?:a|an|the|this|that|these|those|my|our|your|its|their|his|her|any|each|every|some|there|all|one|such)$/;
const person = /^(?:i|we|you|one|people|it|he|she|they|somebody|someone)$/;
/** What follows these belongs to the thing: a crate of plums, a ticket for pupils. */
const belonging = /^(?:of|for)$/;
const preposition =
  /^(?:inside|outside|during|near|beside|behind|against|within|around|across|until|since|through|via|except|including|like|per|abroad|online)$/;
const participle =
  /(?:ed|en)$|^(?:built|made|sold|held|sent|found|kept|paid|done|grown|born|bought|led|run|cut|set|put|lent|won|met|due|like|open|free|valid|old|available|possible|allowed)$/;
/** Verbs that end a question, so that none came before: "When does the night train to Calder leave?" */
const verbs =
  /^(?:cost|weigh|run|leave|depart|arrive|last|open|close|start|begin|end|hold|carry|serve|charge|rent|lend|sell|buy|make|produce|meet|live|work|use|contain|include|keep|expire|measure|lose|melt|fit|pay|offer|train|play|earn|speak|stop|teach|lead|own|belong|cover|mean|burn|boil|stand|lie|grow|stay|sit|stock|store|support|accept|deliver|ship|employ|rise|flow|sleep|hang|connect|integrate|allow|receive|visit|change|replace|clean|repair)$/;
const unit =
  /^(?:price|cost|fee|charge|fare|fine|weight|mass|length|height|width|depth|size|colou?r|age|speed|temperature|capacity|volume|duration|warranty|guarantee|number|amount|date|deadline|name|discount|deposit|resolution|consumption|content|limit|period|rate|output|range)s?$/;

/**
 * Reads what a question is about from its form alone. Without a grammar it errs; it is one sign among others.
 *
 * @param isMeasure tells words that name the property asked for, as `cost`: with these the thing has ended.
 */
export function askedThing(text: string, isMeasure: (low: string) => boolean): AskedThing {
  const words = wordsOf(text).map((word) => word.toLowerCase());
  const nouns = new Set<string>();
  // "How many stops does ...": what is counted belongs to it, and so does what has them.
  const many = words.findIndex((word, at) => /^(?:many|much)$/.test(word) && words[at - 1] === 'how');
  if (many >= 0) {
    const run = runFrom(words, many + 1);
    const last = run.at(-1);
    if (last !== undefined && !isMeasure(last)) nouns.add(last);
  }
  // "the price of plums", wherever it stands
  const of = words.findIndex((word, at) => unit.test(word) && belonging.test(words[at + 1] ?? ''));
  if (of >= 0)
    return { nouns: collect(words, of + 2, false, isMeasure, nouns).nouns, verb: undefined, open: false };
  const aux = words.findIndex((word, at) => at < 8 && (helping.test(word) || being.test(word)));
  if (aux < 0) {
    // "Who runs the cafeteria?"
    const who = /^who$/.test(words[0] ?? '');
    if (!who) return { nouns, verb: undefined, open: true };
    return { nouns: collect(words, 2, false, isMeasure, nouns).nouns, verb: words[1], open: false };
  }
  let start = aux + 1;
  while (determiner.test(words[start] ?? '') && !person.test(words[start] ?? '')) start += 1;
  if (person.test(words[start] ?? '')) {
    // "How long can I borrow a film?", "What do I have to pay for plums?"
    start += 1;
    while (start < words.length && isFunctionWord(words[start] as string)) start += 1;
    const verb = words[start];
    const after = words.findIndex((word, at) => at > start && !determiner.test(word));
    if (after >= 0) collect(words, after, false, isMeasure, nouns);
    return { nouns, verb, open: false };
  }
  // "What is the guarantee period of the lantern?" asks for one of its properties, whatever that is called.
  const property = runFrom(words, start).length + start;
  const what = words[0] === 'what' && aux === 1 && being.test(words[aux] as string);
  // "What is studied at the institute?"
  const done = words[start] as string;
  if (what && property === start + 1 && participle.test(done)) return { nouns, verb: done, open: false };
  const whole = what && belonging.test(words[property] ?? '');
  if (whole) start = property + 1;
  return collect(words, start, helping.test(words[aux] as string), isMeasure, nouns);
}

/** The content words that stand together from an index on. */
function runFrom(words: readonly string[], from: number): string[] {
  const run: string[] = [];
  for (const word of words.slice(from)) {
    if (isFunctionWord(word) || preposition.test(word)) break;
    run.push(word);
  }
  return run;
}

/** The last noun of each phrase from `from` on, as long as "of" or "for" ties the next one to it. */
function collect(
  words: readonly string[],
  from: number,
  helped: boolean,
  isMeasure: (low: string) => boolean,
  nouns: Set<string>,
): AskedThing {
  const end = words.at(-1) ?? '';
  const endsInVerb =
    verbs.test(end) || helping.test(end) || /^(?:have|get|need|take|go)$/.test(end) || isMeasure(end);
  let verb: string | undefined;
  let open = true;
  let at = from;
  for (let phrases = 0; phrases < 3 && at < words.length; phrases += 1) {
    while (at < words.length && (determiner.test(words[at] as string) || belonging.test(words[at] as string)))
      at += 1;
    const run = runFrom(words, at);
    at += run.length;
    const tied = belonging.test(words[at] ?? '');
    const measured = run.findIndex((word, index) => index > 0 && isMeasure(word));
    if (measured > 0) {
      run.length = measured;
      open = false;
    }
    const last = run.at(-1) as string;
    const says = helped ? at >= words.length || !endsInVerb : participle.test(last);
    if (measured <= 0 && run.length > 1 && !tied && says) verb = run.pop();
    const noun = run.at(-1);
    if (noun !== undefined && !isMeasure(noun)) nouns.add(noun);
    if (!tied || measured > 0) break;
  }
  return { nouns, verb, open: open && verb === undefined };
}
