/** Distinct words of a query that are searched at the most; more is a text, not a question. */
const maxTerms = 32;
const maxTermLength = 64;

/** Words that stand in every English text and so tell nothing about which one is meant. */
const stopWords = new Set(
  `a about all also am an and any are as at be been but by can could did do does for from had has have he her him his
  how i if in into is it its me my no not of on or our she should so some such than that the their them then there
  these they this those to up us was we were what when where which who whom whose why will with would you your`.split(
    /\s+/,
  ),
);

/**
 * The words of a user's text that are worth a keyword search, lower case, distinct, in the order of the text. Only
 * letters, marks and digits are left in them, so that a term in double quotes is always one FTS5 phrase
 * (https://www.sqlite.org/fts5.html#fts5_phrases) and never an operator.
 */
export function keywordTerms(query: string): string[] {
  const terms = new Set<string>();
  for (const [word] of query.toLowerCase().matchAll(/[\p{L}\p{N}][\p{L}\p{M}\p{N}]*/gu)) {
    if (terms.size >= maxTerms) break;
    if (!stopWords.has(word)) terms.add(word.slice(0, maxTermLength));
  }
  return [...terms];
}
