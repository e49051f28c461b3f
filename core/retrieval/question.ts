import { askedThing } from './asked-thing.ts';
import { isFunctionWord, stem, wordsOf } from './words.ts';

/** What kind of thing would answer a question. `open` is everything that a sentence's form does not tell. */
export type AnswerKind =
  | 'money'
  | 'number'
  | 'weight'
  | 'length'
  | 'duration'
  | 'time'
  | 'temperature'
  | 'speed'
  | 'person'
  | 'place'
  | 'colour'
  | 'age'
  | 'open';

/** A word of a question that its answer, or what stands around the answer, has to be about. */
export interface Term {
  readonly word: string;
  readonly stem: string;
  /** A name or a number: nothing else means the same. */
  readonly exact: boolean;
  /** A word that names the kind of the answer (`price`, `weigh`): a unit may stand for it in the answer. */
  readonly measure: boolean;
  /** The noun that is counted after "how many" or "how much". */
  readonly counted: boolean;
  /** Stands right before the next term, and so tells which one is meant: `soy` in "soy milk". */
  readonly modifier: boolean;
  /** Stands right beside a name and belongs to it: `bridge` in "the Zorvex bridge". */
  readonly titled: boolean;
  /** What the question says of its subject: the verb that ends it, as in "What does the director earn?" */
  readonly verb: boolean;
  /** Names the thing that is asked about: a sentence about another thing is no answer. */
  readonly thing: boolean;
}

/** One thing that a question asks for. */
export interface Ask {
  readonly kind: AnswerKind;
  readonly terms: readonly Term[];
  /** Asks what a named thing is, or what it is for, and nothing else: "What does the Zorvex app do?" */
  readonly defines?: 'is' | 'in';
}

export interface Question {
  /** One ask as a rule; one for each side of a comparison or each question of several. */
  readonly asks: readonly Ask[];
  readonly compares: boolean;
  /** Asks which is the cheapest, the heaviest, ...: nothing is named, so several sentences together answer. */
  readonly superlative: boolean;
}

/** The first form that matches tells the kind: what the question begins with weighs more than what it mentions. */
const kinds: readonly [AnswerKind, RegExp][] = [
  ['person', /^(?:who|whom|whose)\b|\b(?:by|to|from|for|with) whom\b/],
  [
    'place',
    /^where\b|\b(?:in|on|to|at|from) (?:which|what) (?:city|town|country|place|village|room|building|state|region|office|floor|shelf|aisle|street|station|section)\b|\baddress\b/,
  ],
  [
    'time',
    /^(?:since |until |by |from )?when\b|\b(?:which|what) (?:time|year|date|day|days|month|century)\b|\bdeadline\b/,
  ],
  ['age', /\bhow old\b|\bage of\b/],
  [
    'weight',
    /\b(?:how heavy|how much (?:does|do|did) .*\bweigh|weight of|heavier|heaviest|lighter|lightest)\b/,
  ],
  ['temperature', /\b(?:temperature|how (?:hot|cold|warm))\b/],
  ['speed', /\b(?:how fast|(?:top|maximum) speed)\b/],
  [
    'duration',
    /\bhow long (?:has|have|had|does|do|did|can|may|will|must|should|before|after)\b|\bhow long (?:is|are) .*\b(?:valid|guarantee|warranty|period|leave|course|tour|trip|lesson|break|stay|shift|licen[cs]e|contract|session|visit|film|flight)|\bhow (?:often|quickly|soon)\b|\bhow (?:far|long) (?:ahead|in advance|beforehand)\b|\bhow many (?:days|weeks|months|years|hours|minutes|seconds)\b|\b(?:duration|interval)\b/,
  ],
  [
    'length',
    /\bhow (?:long|tall|high|wide|deep|far|big|large)\b|\b(?:length|height|width|depth|distance|dimensions?)\b/,
  ],
  ['number', /\bhow many\b/],
  [
    'money',
    /\bhow much money\b|\b(?:price|prices|priced|cost|costs|fee|fees|cheap\w*|expensive|pay|paid|fares?|admission|the rent|the fine|deposit|dollars|euros|salary|earn|earns|bonus|discount)\b|\bhow much (?:is|are) (?:(?!.*\b(?:in|of)\b)|(?:an?|one) (?!.*\bin\b))/,
  ],
  ['colour', /\b(?:what|which) colou?rs?\b/],
  ['time', /\bwhen\b/],
  ['person', /\bwho\b|\bname of the (?:\w+ )?(?:owner|director|author|founder|head|manager|inventor)\b/],
  ['place', /\bwhere\b/],
  [
    'number',
    /\b(?:how much|number of|what percentage|how powerful|capacity|volume|phone number|rate limit)\b/,
  ],
];

const measureWords = new Set(
  'price cost fee cheap expensive pay lighter lightest old weigh weight heavy temperature fast speed long length tall height high wide width deep depth far distance duration often interval number amount quantity total volume capacity colour color cheaper cheapest heavier size year date day time month many year name'
    .split(' ')
    .map(stem),
);

const opening = /^(?:(?:hi|hello|hey|please|and|so|ok|okay)[,!.\s]+)*/i;
const sideMark = /\s+(?:or|versus|vs\.?)\s+/i;
const comparing =
  /\b(?:which|what|who)\b.*\b(?:\w+er|more|less|better|fewer|most|least|\w+est|same)\b|\b(?:compare|comparison|difference|cheaper|more|less|\w+er) .*\b(?:than|and|with|or|to|between)\b|\b(?:compare|difference between)\b/i;

/** What a question asks for, by its form. Never fails: a text that is no question is one open ask of all its words. */
export function readQuestion(query: string): Question {
  const text = query.slice(0, 1_000).replace(opening, '').trim();
  const superlative =
    /\b(?:cheapest|dearest|most expensive|heaviest|lightest|longest|shortest|fastest|largest|smallest|biggest|highest|lowest|most|least)\b/i.test(
      text,
    );
  const sides = sidesOf(text);
  const kind = kindOf(text);
  if (sides) {
    const [common, ...alternatives] = sides.map((side) => termsOf(side, text));
    const asks = alternatives.map((terms) => ({ kind, terms: [...(common ?? []), ...terms] }));
    if (alternatives.every((terms) => terms.length > 0)) return { asks, compares: true, superlative: false };
  }
  const several = text
    .split(/\?\s+(?=\S)|,?\s+and\s+(?=(?:how|what|when|who|where|which|does|is|are|can)\b)/i)
    .filter((part) => termsOf(part, text).length > 0)
    .slice(0, 3);
  if (several.length > 1) {
    const first = termsOf(several[0] as string, text).filter(({ measure }) => !measure);
    const asks = several.map((part, index) => {
      const terms = termsOf(part, text);
      // "... and how heavy is it?": the subject was named before.
      return {
        kind: kindOf(part),
        terms:
          index > 0 && /\b(?:it|its|they|them|their|he|she)\b/i.test(part) ? [...first, ...terms] : terms,
      };
    });
    return { asks, compares: false, superlative };
  }
  const terms = termsOf(text, text);
  const defines = definition(text, terms);
  return { asks: [{ kind, terms, ...(defines && { defines }) }], compares: false, superlative };
}

/** "What is the Halloran bowl for?", "What was in order 292?", "Who is Noor Castell?" */
function definition(text: string, terms: readonly Term[]): 'is' | 'in' | undefined {
  const bare =
    terms.some(({ exact }) => exact) &&
    terms.every(({ exact, titled, measure, verb }) => exact || (titled && !measure && !verb));
  if (!bare) return undefined;
  if (/^what(?:['’]s| (?:is|was|are|were)) (?:in|inside)\b/i.test(text)) return 'in';
  return /^(?:what|who)(?:['’]s| (?:is|was|are|were|do|does|did)) /i.test(text) ? 'is' : undefined;
}

function kindOf(text: string): AnswerKind {
  const low = text.toLowerCase();
  for (const [kind, form] of kinds) if (form.test(low)) return kind;
  return 'open';
}

/** Splits "which is cheaper, A or B", "is A cheaper than B", "compare A with B" into what both share, A and B. */
function sidesOf(text: string): [string, string, string] | undefined {
  if (!comparing.test(text)) return undefined;
  const clean = text.replace(/[?.!\s]+$/, '');
  const afterComma = /^(.*?)[,:]\s*(.+?)\s+(?:or|versus|vs\.?)\s+(.+)$/i.exec(clean);
  if (afterComma) return [afterComma[1] as string, afterComma[2] as string, afterComma[3] as string];
  const between =
    /^(.*?)\b(?:between|compare)\s+(?:the\s+)?(.*?)\s+(?:and|with|to|or|versus|vs\.?)\s+(.+)$/i.exec(clean);
  if (between) return sharedHead(between[1] as string, between[2] as string, between[3] as string);
  const than =
    /^(?:is|are|does|do|was|has|have)\s+(.+?)\s+((?:cost |weigh |have |contain )?(?:\w+er|more|less|fewer)\b.*?)\s+than\s+(.+)$/i.exec(
      clean,
    );
  if (than) return [than[2] as string, than[1] as string, than[3] as string];
  const parts = clean.split(sideMark);
  if (parts.length !== 2) return undefined;
  // "Which costs less: A or B" without a mark: the comparing word ends what both share.
  const cut =
    /^(.*\b(?:\w{3,}er|more|less|better|fewer|cost less|costs less)(?:\s+(?:expensive|\w+s))?)\s+(.+)$/i.exec(
      parts[0] as string,
    );
  return cut ? [cut[1] as string, cut[2] as string, parts[1] as string] : undefined;
}

/** "the prices of brown rice and white rice": the words before the first side's own belong to both. */
function sharedHead(head: string, first: string, second: string): [string, string, string] {
  const of = /^(.*\b(?:of|for|in)\s+)(.+)$/i.exec(first);
  return of ? [`${head} ${of[1]}`, of[2] as string, second] : [head, first, second];
}

/** A question whose auxiliary leaves its verb to the end, or that ends in a participle. */
const endsInVerb =
  /\b(?:do|does|did|can|must|may|should|will|shall|could|would)\b|\b(?:is|are|was|were|be|been|has|have)\b.*(?:ed|en|built|made|sold|held|sent|found|kept|paid|done|grown|born|bought|led|run|cut|set)\W*$/i;

/** Measure words that also tell which one: a day ticket, a yearly card, a large service. */
const describing =
  /^(?:colou?r|day|daily|month|monthly|year|yearly|week|weekly|time|long|heavy|light|large|big|small|high|wide|deep|fast|old|cheap)$/;
/** Words before a noun that hardly tell which one is meant. */
const soft =
  /^(?:new|own|good|best|normal|usual|regular|current|initial|wrong|right|different|certain|possible|total|exact|maximum|minimum|average|official|latest|next|actual|typical|main|big|great|nice|real|whole|full|complete|entire|single)$/;
const asking = /^(?:which|what|how|many|much)$/i;
/** Nouns so general that a sentence about the thing need not have them. */
const general =
  /^(?:product|products|item|items|thing|device|machine|model|company|firm|shop|store|place|building|person|people|question|problem|way|area|part|time|times|day|days|week|weeks|month|months|year|years|hour|hours|minute|minutes|euros|dollars)$/;

function termsOf(text: string, whole: string): Term[] {
  const terms: Term[] = [];
  const words = wordsOf(text);
  const firstWord = wordsOf(whole)[0];
  const about = askedThing(text, (low) => measureWords.has(stem(low)));
  const shouting = whole === whole.toUpperCase();
  const capitalised = (word: string | undefined): boolean =>
    word !== undefined && /^\p{Lu}/u.test(word) && !shouting && word !== firstWord && word !== 'I';
  const isName = (word: string | undefined): boolean =>
    word !== undefined && (capitalised(word) || /\d{2}/.test(word));
  let counting = false;
  for (const [index, word] of words.entries()) {
    const low = word.toLowerCase();
    if (/^(?:many|much)$/.test(low) && words[index - 1]?.toLowerCase() === 'how') counting = true;
    if (isFunctionWord(low)) {
      if (!/^(?:many|much)$/.test(low)) counting = false;
      continue;
    }
    const stemmed = stem(low);
    const after = words[index + 1]?.toLowerCase();
    const last = after === undefined || isFunctionWord(after);
    // A small number is rarely a name, unless it stands behind one: "2 kids", but "Ember 2".
    const small = /^(?:\d|1[0-2])$/.test(word) && !capitalised(words[index - 1]);
    const exact = (/\d/.test(word) && !small) || capitalised(word);
    const counted = counting && last;
    if (counted) counting = false;
    if (terms.some((term) => term.stem === stemmed)) continue;
    // "Which town", "what colour": the word that the answer's form stands for.
    const sort =
      /^(?:which|what)$/i.test(words[index - 1] ?? '') && ['place', 'time', 'colour'].includes(kindOf(text));
    // "Colour copies" asks for no colour.
    const describes = !last && describing.test(low) && !asking.test(words[index - 1] ?? '');
    const measure = !exact && (sort || (measureWords.has(stemmed) && !describes));
    const titled = !exact && (isName(words[index - 1]) || isName(words[index + 1]));
    const followed = !last && !measureWords.has(stem(after)) && about.verb !== after;
    const modifier = !exact && !measure && followed && !soft.test(low) && about.verb !== low;
    // A verb ends the question, unless it came before: "What do plums cost at the Zorvex market?"
    const ends = about.open && index === words.length - 1 && endsInVerb.test(text);
    const verb = !exact && (about.verb === low || ends);
    const thing = !exact && !measure && !verb && about.nouns.has(low) && !general.test(low);
    terms.push({ word, stem: stemmed, exact, measure, counted, modifier, titled, verb, thing });
  }
  return terms.slice(0, 40);
}
