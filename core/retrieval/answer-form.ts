import type { AnswerKind } from './question.ts';

const numberWord =
  'one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|eighteen|twenty|thirty|forty|fifty|sixty|ninety|hundred|thousand|million|half|quarter|dozen|once|twice|no|none|free|zero|single|several|couple';
const number = new RegExp(`\\d|\\b(?:${numberWord})\\b`, 'i');
const forms: Partial<Record<AnswerKind, { sure: RegExp; maybe?: RegExp }>> = {
  money: {
    sure: /[$€£¥]\s?\d|\d\s?(?:[$€£¥]|dollars?|euros?|pounds?|cents?|usd|eur|gbp|pence|crowns?|kron(?:er|or)|francs?|yen|rupees?|%)|\b(?:free|dollars?|euros?|cents?|half price)\b|(?:^|\|)\s*\d+[.,]\d\d\s*(?:\||$)|\b(?:price|cost|fee|rate)[^|:]{0,30}:\s*\d/i,
    maybe: /\d+[.,]\d\d\b/,
  },
  weight: {
    sure: /\d\s?(?:kg|g|mg|lbs?|oz|t|kilos?|kilograms?|grams?|pounds?|ounces?|tons?|tonnes?)\b/i,
    maybe: /\|.*\d/,
  },
  length: {
    sure: /\d\s?(?:m|cm|mm|km|ft|in|mi|metres?|meters?|feet|foot|inch(?:es)?|miles?|kilomet(?:re|er)s?|centimet(?:re|er)s?|millimet(?:re|er)s?|yards?|characters?|pages?|words?|acres?|hectares?|litres?|gallons?)\b|\d\s?[x×]\s?\d|\d by \d/i,
    maybe: new RegExp(
      `(?:\\d|\\b(?:${numberWord}))(?!\\S*\\s?(?:dollars?|euros?|cents?|%|[ap]\\.m|watts?|kg|g\\b|days?|hours?|minutes?|weeks?|months?|years?|times))`,
      'i',
    ),
  },
  speed: {
    sure: /\d\s?(?:km\/h|mph|m\/s|kmh|knots?|kph|rpm|mbit|gbit|mbps|gbps)|\d\s?(?:kilomet(?:re|er)s?|miles|met(?:re|er)s) (?:an|per|a) (?:hour|second|minute)/i,
    maybe: number,
  },
  temperature: { sure: /\d\s?°|\d\s?(?:degrees|celsius|fahrenheit|[CFK]\b)|room temperature/i },
  duration: {
    sure: new RegExp(
      `(?:\\d|\\b(?:${numberWord}|a|an|every|few|lifetime))[\\s-]+(?:(?:working|business|full|calendar)\\s+)?(?:seconds?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|s|min|h|nights?|times?|quarter)\\b|\\b(?:daily|weekly|monthly|yearly|annually|hourly|lifetime|until|since|twice|once|an hour)\\b`,
      'i',
    ),
    maybe: number,
  },
  time: {
    sure: /(?<![\d$€£.,])(?:1[0-9]\d\d|20\d\d)\b(?![.,]\d|\s?%|\s+(?!was|is|as|has|its|this)\p{L}+s\b)|\b(?:jan(?:uary)?|feb(?:ruary)?|march|april|may(?= \d)|june|july|august|sept(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|mon|tues|wednes|thurs|fri|satur|sun)(?:days?)?\b|\d\s?(?:[ap]\.?m\b|o'clock)|\b\d{1,2}:\d\d\b|\bfrom \d{1,2} (?:to|until|till) \d{1,2}(?=[.,;]|$)|\b(?:noon|midnight|spring|summer|autumn|winter|morning|evening|night|christmas|easter|always|never|weekends?)\b/iu,
    maybe:
      /\b(?:after|before|until|by (?:the )?end|within|every|once|first|last|during|when|if|daily|day|days|weeks?|months?|years?|hours?|minutes?|due|deadline|longer)\b|\bfor \p{L}/iu,
  },
  age: {
    sure: /\b(?:years?|months?|weeks?) (?:old|of age)\b|\b(?:born|aged?|built|founded|established|opened|constructed|dat(?:es?|ing) (?:from|back))\b.*\d|\b(?:since|in|from) (?:1\d|20)\d\d\b/i,
    maybe: /\b(?:oldest|century|aged?)\b/i,
  },
  number: { sure: number },
};

const dimensions: readonly [asked: RegExp, stated: RegExp][] = [
  [/^(?:long|length)$/, /\b(?:long|length)\b/i],
  [/^(?:tall|high|height)$/, /\b(?:tall|high|height)\b/i],
  [/^(?:wide|width|broad)$/, /\b(?:wide|width|broad|across)\b/i],
  [/^(?:deep|depth)$/, /\b(?:deep|depth)\b/i],
  [/^(?:thick|thickness)$/, /\b(?:thick|thickness)\b/i],
];

/** How deep something is does not tell how long it is. */
function measuresAnother(sentence: string, asked: ReadonlySet<string>): boolean {
  const words = [...asked];
  const wanted = dimensions.find(([form]) => words.some((word) => form.test(word)))?.[1];
  if (!wanted || wanted.test(sentence)) return false;
  return dimensions.some(([, stated]) => stated.test(sentence));
}

/** "Was painted in 1983" measures nothing. */
const dated = /\b(?:in|since)\s+[1-9]\d{3}\b(?!\s?(?:k?m|ft|kg|\p{L}{3,}s|feet|tons?)\b)/giu;
const upright = /^(?:tall|wide|deep|thick|broad)$/;
const measures: ReadonlySet<AnswerKind> = new Set(['length', 'weight', 'speed', 'temperature']);
/** "Turns every nine seconds" does not tell when it was made; "in 5043" does, as far off as that is. */
const frequency = new RegExp(
  `\\bevery\\s+(?:\\d+|${numberWord})\\s+\\p{L}+|\\b(?:an?|per)\\s+(?:hour|day|week|month|year)\\b`,
  'giu',
);
const anyYear = /\b(?:in|since)\s+[1-9]\d{3}\b(?![.,]\d|\s?%|\s+(?!was|is|as|has|its|this)\p{L}+s\b)/iu;
const pastWhen = (asked: ReadonlySet<string>): boolean =>
  asked.has('when') && (asked.has('was') || asked.has('were') || asked.has('did'));

const sums =
  /[$€£¥]\s?\d[\d.,]{0,15}|\d[\d.,]{0,15}\s?(?:[$€£¥]|(?:dollars?|euros?|pounds|cents?|pence|crowns?|francs?|usd|eur|gbp)\b)/gi;
const measured = new RegExp(
  `\\b(?:[\\d.,]{1,15}|${numberWord})[ -](seconds?|minutes?|hours?|days?|weeks?|months?|years?|[mk]?g|(?:milli|kilo)?grams?|[mc]?l|(?:milli)?lit(?:re|er)s?|[ckm]?m|(?:centi|milli|kilo)?met(?:re|er)s?|gallons?|feet|miles?)\\b`,
  'gi',
);
const asksMoney = (asked: ReadonlySet<string>): boolean =>
  asked.has('much') ||
  asked.has('euros') ||
  asked.has('dollars') ||
  asked.has('pounds') ||
  asked.has('cents');

const roles =
  /\b(?:manager|director|officer|president|owner|doctor|engineer|team|department|staff|mayor|head|teacher|nurse|technician|supervisor|administrator|customers?|employees?|members?|manufacturer|supplier|company|council|board|committee|landlord|tenant|everyone|anyone|nobody|parents?|mother|father|aunt|uncle|founder|chef|baker|volunteers?|council|ministry|government|residents?|adults?|students?|desk|support|service)\b/i;
const colours =
  /\b(?:red|green|blue|yellow|black|white|grey|gray|orange|purple|brown|pink|silver|gold|golden|beige|turquoise|violet|transparent)\b/i;
const place =
  /\b(?:(?:north|south|east|west)\w* of|in|at|on|near|beside|behind|under|underneath|above|below|to|from|opposite|inside|outside|along|through|between|via|into)\s+((?:(?:the|a|an|our|your|my|its|this|every|each)\s+)?)([\p{L}\d][\p{L}\d-]*)|\b(online|upstairs|downstairs|outdoors|indoors|abroad|here|there)\b|https?:|www\.|@|\s>\s/giu;
const month =
  /^(?:january|february|march|april|may|june|july|august|september|october|november|december|spring|summer|autumn|winter|(?:mon|tues|wednes|thurs|fri|satur|sun)days?)$/i;

/** A name or a number of the place is sure, "in the kitchen" may be; what the question itself names is no answer. */
function placeForm(sentence: string, asked: ReadonlySet<string>): -1 | 0 | 1 {
  let found: -1 | 0 = -1;
  for (const match of sentence.matchAll(place)) {
    const noun = match[2];
    if (noun === undefined) return 1;
    if (/^\d/.test(noun) || month.test(noun) || asked.has(noun.toLowerCase())) continue;
    // "In room B-417"
    const after = sentence.slice(match.index + match[0].length);
    if (/^\p{Lu}/u.test(noun) || /^\s+\p{Lu}?-?\d/u.test(after)) return 1;
    found = 0;
  }
  return found;
}

/** "Was founded in 1921" does not tell by whom. */
const agentless =
  /\b(?:was|were|is|are|been|be)\s+(?:\p{Ll}+ly\s+)?(\p{Ll}+(?:ed|en|t|d|wn|ght))\b(?![^.;,]*\bby\b)/u;

/** Names of places: "in the Quarry Ground", "from Harrow Town", "the Iron Bridge". */
const placeNames =
  /\b(?:in|at|near|from|on)\s+(?:the\s+)?\p{Lu}[\p{L}'’-]*(?:\s+\p{Lu}[\p{L}'’-]*)*|\bthe\s+\p{Lu}[\p{L}'’-]*(?:\s+\p{Lu}[\p{L}'’-]*)+/gu;

/** Two names together, a title, or "by" and a name are a person; a lone name may be, unless it is a place or a date. */
function personForm(text: string, asked: ReadonlySet<string>): -1 | 0 | 1 {
  const sentence = text.replace(placeNames, ' ');
  const done = agentless.exec(sentence)?.[1];
  // "Who founded it?", though not "Who was appointed?"
  if (done !== undefined && asked.has('who') && asked.has(done) && !passive(asked)) return -1;
  if (
    /(?:^|\s)(?:Dr|Mr|Mrs|Ms|Prof|Sir|Duke|Lady|King|Queen)\.?\s+(?:of\s+)?\p{Lu}|\bby\s+\p{Lu}\p{Ll}|\p{Lu}\p{Ll}+\s+(?:\p{Lu}\.\s+)?(?:(?:de|van|von|da|la|al)\s+)?\p{Lu}\p{Ll}+/u.test(
      sentence,
    )
  )
    return 1;
  if (roles.test(sentence)) return 0;
  for (const match of sentence.matchAll(/([\p{L}.]{1,40}\s+)(\p{Lu}\p{Ll}+)/gu)) {
    const before = (match[1] ?? '').trim().toLowerCase();
    if (
      !month.test(match[2] ?? '') &&
      !/^(?:in|at|to|from|near|on|of|until|every)$/.test(before) &&
      !before.endsWith('.')
    )
      return 0;
  }
  return /^\p{Lu}\p{Ll}+\s+(?:was|is|has|had|will|\p{Ll}+(?:ed|s))\b/u.test(sentence) &&
    !/^(?:The|A|An|It|This|That|There|They|We|You|Each|Every|All|Our|Your|Its)\b/.test(sentence)
    ? 0
    : -1;
}

const passive = (asked: ReadonlySet<string>): boolean =>
  asked.has('was') || asked.has('is') || asked.has('were') || asked.has('are');

const low = /\b(?:cheapest|lowest|least|best price|best value|smallest|lightest|shortest)\b/i;
const high = /\b(?:dearest|most expensive|highest|priciest|largest|heaviest|longest)\b/i;

/** Which end of a scale a text names. */
const endOf = (text: string): 'low' | 'high' | undefined => {
  const isLow = low.test(text);
  return isLow === high.test(text) ? undefined : isLow ? 'low' : 'high';
};

/**
 * How well the form of a sentence fits the kind of answer: 1 it has what such an answer must have, 0 it may or may
 * not, -1 it cannot be the answer. The same sentence without the question's own words is what counts: "Who made the
 * Kestrel 3?" is not answered by the name Kestrel.
 *
 * @param header the column names above a table row, else empty.
 * @param asked lower-case words of the question.
 */
export function answerForm(
  kind: AnswerKind,
  sentence: string,
  header: string,
  asked: ReadonlySet<string>,
): -1 | 0 | 1 {
  const wanted = endOf([...asked].join(' ').replace('most expensive', 'dearest'));
  const told = wanted && endOf(sentence);
  // "Where is oil cheapest?" is not answered by where it is dearest.
  if (told !== undefined && told !== wanted) return -1;
  if (kind === 'open') return 0;
  // The cells of a row have their units in the names of their columns.
  const columns = header !== '' || /\|[^|:]+:[^|]*\d/.test(sentence);
  if (columns && /\d/.test(sentence) && !['person', 'place', 'colour', 'money', 'time'].includes(kind))
    return 1;
  const rest = sentence.replace(/[\p{L}\p{N}][\p{L}\p{N}\-‑.,]*[\p{L}\p{N}]|[\p{L}\p{N}]/gu, (word) =>
    (/^\p{Lu}/u.test(word) || /\d/.test(word)) && asked.has(word.toLowerCase()) ? '' : word,
  );
  if (kind === 'person') return personForm(rest, asked);
  if (kind === 'length' && measuresAnother(rest, asked)) return -1;
  if (kind === 'place') {
    // "Harbour Foods has the best price for oil" tells where it is cheapest.
    if (wanted) return told && /\p{Lu}\p{Ll}+/u.test(rest) ? 1 : 0;
    return placeForm(sentence, asked);
  }
  if (kind === 'colour') return colours.test(rest) ? 1 : -1;
  const form = forms[kind];
  if (!form) return 0;
  // A price has digits, too, and tells no duration.
  let bare = kind === 'money' || asksMoney(asked) ? rest : rest.replace(sums, ' ');
  if (measures.has(kind)) bare = bare.replace(dated, ' ');
  if (kind === 'time' && pastWhen(asked)) {
    bare = bare.replace(frequency, ' ');
    if (anyYear.test(bare)) return 1;
  }
  // "Employees have 28 days of leave" does not tell how many employees there are.
  if (kind === 'number' && asked.has('many'))
    bare = bare
      .replace(/\b\d{1,2}:\d\d\b/g, ' ')
      .replace(measured, (all, unit: string) => (asked.has(unit.toLowerCase()) ? all : ' '));
  // "Founded in 1983" does not tell how many.
  if (
    form.sure.test(
      kind === 'number' ? bare.replace(/\b(?:in|since|of|until|from)\s+(?:1[5-9]|20)\d\d\b/g, '') : bare,
    )
  )
    return 1;
  // "Eats two eggs" does not tell how tall.
  if (kind === 'length' && [...asked].some((word) => upright.test(word))) return -1;
  return form.maybe?.test(bare) ? 0 : -1;
}
