/** Marks that one character may carry; what stacks more hides the text around it. */
const maxMarks = 4;
/**
 * Marks of one run that are put in order: as many as in stream-safe text (UAX #15), which no language needs. To compose
 * takes the square of a run's length.
 */
const maxRun = 30;

const joiners = '\u200c\u200d\ufe0f';
/** What shows nothing or changes the order of what is shown. The Arabic signs are format characters that one sees. */
const invisible =
  /(?!\u200c|\u200d|\ufe0f|[\t\n\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}])[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cs}\p{Cc}]/gu;
/** Nothing to do: no control character but tab and line feed, and below all that is combined or invisible. */
const harmless = /^[\t\n\u0020-\u007e\u00a0-\u00ac\u00ae-\u02ff]*$/;
const mark = /^\p{M}$/u;
const marksInARun = /\p{M}+/gu;
const pictograph = /^[\p{Extended_Pictographic}\p{Emoji_Modifier}]$/u;
/** Scripts whose letters change shape beside each other, where a joiner is spelling. */
const joining =
  /^[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Nko}\p{Script=Mongolian}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]$/u;

/**
 * The text as a person sees it, which is what rules look at and what the model is given: composed (NFC), lines ended by
 * `\n`, and without invisible characters, controls, lone surrogates and marks stacked higher than a language does. A joiner
 * stays where it is spelling (between Arabic or Indic letters) or makes a pictograph. Doing it twice changes nothing. The
 * work is in proportion to the length.
 */
export function visibleText(text: string): string {
  if (harmless.test(text)) return text;
  const seen = text
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(invisible, '')
    .replace(marksInARun, (run) => (run.length > maxRun ? [...run].slice(0, maxRun).join('') : run))
    .normalize('NFC');
  let shown = '';
  let before = '';
  let marks = 0;
  /** Joiners behind `before`, of which it is not known yet what follows. */
  let run = '';
  for (const character of seen) {
    if (joiners.includes(character)) {
      if (run.length < joiners.length && !run.includes(character)) run += character;
      continue;
    }
    marks = mark.test(character) ? marks + 1 : 0;
    if (marks > maxMarks) continue;
    shown += run === '' ? character : keptOf(run, before, character) + character;
    before = character;
    run = '';
  }
  return (shown + keptOf(run, before, '')).normalize('NFC');
}

/** What stays of a run of joiners between two characters. */
function keptOf(run: string, before: string, after: string): string {
  if (pictograph.test(before)) {
    const shape = run.startsWith('\ufe0f') ? '\ufe0f' : '';
    return run.includes('\u200d') && pictograph.test(after) ? `${shape}\u200d` : shape;
  }
  const joiner = run.replace('\ufe0f', '').slice(0, 1);
  return joining.test(before) && joining.test(after) ? joiner : '';
}
