import { visibleText } from '../text/visible-text.ts';

/** Takes a text in pieces and gives it as a person sees it. */
export interface VisibleStream {
  push(text: string): string;
  end(): string;
  /** UTF-16 units that are held back now: half a character, or joiners of which it is not known what follows. */
  readonly held: number;
}

const maxMarks = 4;
const joiners = '\u200c\u200d\ufe0f';
const harmless = /^[\t\n\u0020-\u007e\u00a0-\u00ac\u00ae-\u02ff]*$/;
const mark = /^\p{M}$/u;

/** What of characters is seen, of those met last. */
const seen = new Map<string, boolean>();

/**
 * `visibleText` of a text that comes in pieces, but for its composition: an accent may come in another piece than its
 * letter, and both are passed on as they are.
 */
export function createVisibleStream(): VisibleStream {
  /** The first half of a character. */
  let half = '';
  let before = '';
  let marks = 0;
  let run = '';
  let afterReturn = false;

  const take = (text: string): string => {
    let shown = '';
    for (const character of text) {
      if (character === '\n' && afterReturn) {
        afterReturn = false;
        continue;
      }
      afterReturn = character === '\r';
      if (joiners.includes(character)) {
        if (!run.includes(character)) run += character;
        continue;
      }
      const next = /[\r\u2028\u2029]/.test(character) ? '\n' : character;
      if (!isSeen(next)) continue;
      marks = mark.test(next) ? marks + 1 : 0;
      if (marks > maxMarks) continue;
      shown += run === '' ? next : keptOf(run, before, next) + next;
      before = next;
      run = '';
    }
    return shown;
  };

  return {
    push(text) {
      if (half === '' && run === '' && !afterReturn && harmless.test(text)) {
        if (text === '') return text;
        before = text.slice(-1);
        marks = 0;
        return text;
      }
      const all = half + text;
      half = /[\ud800-\udbff]$/.exec(all)?.[0] ?? '';
      return take(half ? all.slice(0, -1) : all);
    },
    end() {
      half = '';
      const kept = keptOf(run, before, '');
      run = '';
      return kept;
    },
    get held() {
      return half.length + run.length;
    },
  };
}

function isSeen(character: string): boolean {
  let known = seen.get(character);
  if (known === undefined) {
    known = visibleText(character) !== '';
    if (seen.size >= 4_096) seen.clear();
    seen.set(character, known);
  }
  return known;
}

/** What stays of a run of joiners between two characters. */
const keptOf = (run: string, before: string, after: string): string =>
  run === ''
    ? ''
    : [...visibleText(before + run + after)].filter((character) => joiners.includes(character)).join('');
