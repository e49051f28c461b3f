import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMarkReader, type MarkedPiece } from './citation-marks.ts';

function readAll(parts: readonly string[]): MarkedPiece[] {
  const reader = createMarkReader();
  return [...parts.flatMap((part) => reader.read(part)), ...reader.end()];
}

const textOf = (pieces: readonly MarkedPiece[]) =>
  pieces.map((piece) => (piece.kind === 'text' ? piece.text : `${piece.space}[${piece.n}]`)).join('');

test('marks are found with the sentence that they stand behind', () => {
  const marks = readAll(['Oats cost 2. Milk costs 3 [', '1', ']. Rest']).filter(
    (piece) => piece.kind === 'mark',
  );
  expect(marks).toEqual([{ kind: 'mark', n: 1, said: 'Milk costs 3', space: ' ' }]);
});

test('text that cannot begin a mark is not held back', () => {
  const reader = createMarkReader();
  expect(reader.read('plain [x')).toEqual([{ kind: 'text', text: 'plain [x' }]);
  expect(reader.read(' more [1')).toEqual([{ kind: 'text', text: ' more' }]);
});

test('however an answer is cut, the same pieces come out and nothing is lost', () => {
  const piece = fc.constantFrom('a', ' ', '[', ']', '1', '23', '[2]', '.', 'word', '😀');
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 40 }),
      fc.array(fc.nat(200), { maxLength: 6 }),
      (pieces, cuts) => {
        const text = pieces.join('');
        const at = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
        const parts = at.slice(1).map((end, i) => text.slice(at[i], end));
        const whole = readAll([text]);
        expect(textOf(readAll(parts))).toBe(text.replace(/\[0(\d)\]/g, '[$1]'));
        expect(readAll(parts).filter((p) => p.kind === 'mark')).toEqual(
          whole.filter((p) => p.kind === 'mark'),
        );
      },
    ),
  );
});
