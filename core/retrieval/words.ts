/** Words that say nothing about what a question is about. */
const functionWords = new Set(
  (
    'a an the this that these those it its i me my mine we us our ours you your yours he him his she her hers they them their ' +
    'is are was were be been being am do does did doing done has have had having can could may might must shall should will would ' +
    'of in on at to from by for with without against during within near about into onto over under between among than then as if or and but not no nor so ' +
    'what which who whom whose when where why how there here any some all each every both either other another such own same ' +
    'too very just also only please tell know want need like get got give given gets gives let us say says said mean means find show ' +
    'one ones thing things much many more most less least few lot s t m re ve ll d up out once away off down per go goes come comes put take takes make happen happens kind sort type content life amount value information details something anything someone anyone'
  ).split(' '),
);

/** @param word in lower case. */
export const isFunctionWord = (word: string): boolean =>
  functionWords.has(word) ||
  /^[a-z]+n['’]t$|^(?:i|you|we|they|it|he|she|that|what|who|there|here|let)['’][a-z]{1,2}$/.test(word);

/** Words as they are written, numbers without their thousands separators: `2,800` is one word, `2800`. */
export function wordsOf(text: string): string[] {
  const found = text.match(/[\p{L}\p{N}]+(?:['’.,\-‑][\p{L}\p{N}]+)*/gu) ?? [];
  const words: string[] = [];
  for (const word of found) {
    if (/^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(word)) words.push(word.replaceAll(',', ''));
    else if (/[-‑,]/.test(word) && !/\d/.test(word)) words.push(...word.split(/[-‑,]/));
    else words.push(word.replace(/['’]s$/i, ''));
  }
  return words;
}

/** The part of a word that its inflected forms share: a light suffix stripper for English, after Porter's first steps. */
export function stem(word: string): string {
  let w = word.toLowerCase().replace(/['’]s?$/, '');
  // Longer ones are no words of a language; the search below would take the square of their length.
  if (w.length < 4 || w.length > 40 || /\d/.test(w)) return w;
  if (w.endsWith('ies') && w.length > 4) w = `${w.slice(0, -3)}y`;
  else if (w.endsWith('es') && /(?:ss|x|z|ch|sh|o)es$/.test(w)) w = w.slice(0, -2);
  else if (w.endsWith('s') && !/(?:ss|us|is)$/.test(w)) w = w.slice(0, -1);
  const cut = w.endsWith('ing') || w.endsWith('ed') ? /^(.*[aeiouy].*)(?:ing|ed)$/.exec(w)?.[1] : undefined;
  if (cut !== undefined && cut.length > 2) {
    w = cut.replace(/([bdfgmnprt])\1$/, '$1');
  } else if (w.endsWith('ly') && w.length > 5) {
    w = w.slice(0, -2);
  }
  if (w.endsWith('e') && w.length > 3) w = w.slice(0, -1);
  return w.endsWith('y') && w.length > 3 ? `${w.slice(0, -1)}i` : w;
}
