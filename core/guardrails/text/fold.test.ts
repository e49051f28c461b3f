import { describe, expect, it } from 'vitest';
import { fold, foldAsWritten, foldCodePoint } from './fold.ts';

const folded = (text: string) =>
  String.fromCodePoint(...[...text].flatMap((one) => foldCodePoint(one.codePointAt(0) ?? 0)));
const written = (text: string) =>
  String.fromCodePoint(...[...text].flatMap((one) => fold(one.codePointAt(0) ?? 0).written));
const looks = (text: string) =>
  String.fromCodePoint(...[...text].flatMap((one) => fold(one.codePointAt(0) ?? 0).looks));

describe('fold', () => {
  it('changes nothing that is folded, and gives all readings the same length, for every code point', () => {
    const wrong: string[] = [];
    for (let codePoint = 0; codePoint <= 0x10ffff; codePoint += 1) {
      const { written, looks, sure, kinds } = fold(codePoint);
      const twice = [...looks, ...sure].every(
        (one) => foldCodePoint(one).length === 1 && foldCodePoint(one)[0] === one,
      );
      const writtenTwice = written.every(
        (one) => fold(one).written.length === 1 && fold(one).written[0] === one,
      );
      const lengths = [written, looks, sure].map((points) => String.fromCodePoint(...points).length);
      const even =
        new Set(lengths).size === 1 && kinds.length === looks.length && written.length === sure.length;
      if (!twice || !writtenTwice || !even) wrong.push(codePoint.toString(16));
    }
    expect(wrong).toEqual([]);
  }, 30_000);

  it('sees through forms, case and accents', () => {
    expect(folded('ＨＡＣＫ 𝓱𝕒𝖈𝗸 Ⓗⓐⓒⓚ ʰªᶜᵏ')).toBe('hack hack hack hack');
    expect(folded('HÄÇḰ h\u0336a\u0336c\u0336k')).toBe('hack hack');
    expect(folded('Straße STRAẞE ſ ﬁ K')).toBe('strasse strasse s fi k');
    expect(written('ΟΔΟΣ οδος')).toBe('οδοσ οδοσ');
    expect(folded('İIıi')).toBe('iiii');
    expect(folded('١٢٣ ४५६ １２３')).toBe('123 456 123');
  });

  it('reads what looks like an ASCII letter as that letter', () => {
    for (const like of [
      'һаск',
      'ᎻᎪᏟᏦ',
      'ʜᴀᴄᴋ',
      '🅷🅰🅲🅺',
      '🅗🅐🅒🅚',
      '🇭🇦🇨🇰',
      '⒣⒜⒞⒦',
      '🄷🄰🄲🄺',
      'հаϲκ',
      'ꓧꓮꓚꓗ',
      'ħαçҝ',
    ])
      expect(folded(like)).toBe('hack');
    // Capitals that nobody can tell apart stand for small letters that anybody can.
    for (const like of ['НАСК', 'ΗΑϹΚ']) expect(looks(like)).toBe('hack');
    expect(looks('ǝxρłοıτ нαск взгмт')).toBe('exploit hack b3rmt');
    expect(written('һаск')).toBe('һаск');
  });

  it('takes a letter for a Latin one on its own only where nobody can tell them apart', () => {
    expect(folded('СОРТ сорт')).toBe('copт copт');
    expect(folded('вот нет')).toBe('вoт нeт');
  });

  it('is the same for both cases of every letter there is', () => {
    const apart: string[] = [];
    for (let codePoint = 0; codePoint <= 0x1ffff; codePoint += 1) {
      const character = String.fromCodePoint(codePoint);
      // An iota below a letter is a mark, its capital a letter of its own.
      for (const other of [character.toLowerCase(), character.toUpperCase()])
        if (
          [...other].length === 1 &&
          codePoint !== 0x345 &&
          (folded(other) !== folded(character) || written(other) !== written(character))
        )
          apart.push(`${character} ${other}`);
    }
    expect(apart).toEqual([]);
    expect(folded('ТАЙНА Тайна ΝΌΜΟΣ')).toBe(folded('тайна тайна νόμος'));
  }, 30_000);

  it('reads numbers in circles of any kind', () => {
    expect(folded('①❷➂➍⓹ ❿⓬ ⓿ x²')).toBe('12345 1012 0 x2');
  });

  it('is told quickly where a code point is compared as itself, for every code point', () => {
    const wrong: string[] = [];
    for (let codePoint = 0; codePoint <= 0x10ffff; codePoint += 1)
      if (String(foldAsWritten(codePoint)) !== String(fold(codePoint).written))
        wrong.push(codePoint.toString(16));
    expect(wrong).toEqual([]);
  }, 60_000);

  it('keeps the marks that spell', () => {
    expect(folded('कि')).toBe('कि');
    expect(folded('が')).toBe('が');
    expect(folded('ที่')).toBe('ที่');
    expect(folded('각')).toBe('각');
    expect(folded('שָׁלוֹם')).toBe(folded('שלום'));
  });

  it('leaves out what nobody sees', () => {
    expect(folded('\u200b\u00ad\u202e\ufeff\u{e0041}\ufe0f\u3164\u034f\u0007')).toBe('');
    expect(foldCodePoint(0xd800)).toEqual([]);
  });

  it('writes blanks, line ends, dashes and quotes in one way', () => {
    expect(folded('a\u00a0b\u3000c\u2028d\re\tf')).toBe('a b c\nd\ne\tf');
    expect(folded('a‑b–c−d ’‘ “”')).toBe(`a-b-c-d '' ""`);
  });
});
