/** A piece of an engine's answer: text to show, or a mark `[n]` that refers to a source. */
export type MarkedPiece =
  | { readonly kind: 'text'; readonly text: string }
  /** `said` is the sentence that the mark stands behind, `space` what stands between them and goes with the mark. */
  | { readonly kind: 'mark'; readonly n: number; readonly said: string; readonly space: string };

const mark = /( ?)\[(\d{1,3})\]/g;
/** What may still become a mark when more text comes. */
const openMark = / ?\[\d{0,3}$| $/;
const maxSaidLength = 600;

/**
 * Finds the marks in an answer that arrives in arbitrary pieces. Holds back nothing but the few characters that may
 * turn out to be the beginning of a mark.
 */
export function createMarkReader(): { read(text: string): MarkedPiece[]; end(): MarkedPiece[] } {
  let held = '';
  let said = '';

  const take = (text: string): MarkedPiece[] => {
    const pieces: MarkedPiece[] = [];
    let at = 0;
    for (const found of text.matchAll(mark)) {
      if (found.index > at) pieces.push({ kind: 'text', text: text.slice(at, found.index) });
      said = (said + text.slice(at, found.index)).slice(-maxSaidLength);
      pieces.push({ kind: 'mark', n: Number(found[2]), said: lastSentence(said), space: found[1] ?? '' });
      at = found.index + found[0].length;
    }
    if (at < text.length) {
      pieces.push({ kind: 'text', text: text.slice(at) });
      said = (said + text.slice(at)).slice(-maxSaidLength);
    }
    return pieces;
  };

  return {
    read(text) {
      const all = held + text;
      const open = openMark.exec(all);
      held = open ? open[0] : '';
      return take(open ? all.slice(0, open.index) : all);
    },
    end() {
      const rest = held;
      held = '';
      return take(rest);
    },
  };
}

/** The last sentence of a text, with the punctuation before a mark forgiven. */
function lastSentence(text: string): string {
  const trimmed = text.trimEnd().replace(/[.!?\s]+$/, '');
  const border = Math.max(
    trimmed.lastIndexOf('. '),
    trimmed.lastIndexOf('! '),
    trimmed.lastIndexOf('? '),
    trimmed.lastIndexOf('\n'),
  );
  return trimmed.slice(border + 1).trim();
}
