import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldCodePoint } from './fold.ts';
import { normalText, normalTextInSteps } from './normal-text.ts';
import { visibleText } from './visible-text.ts';

const texts = fc
  .oneof(
    fc.string({ unit: 'binary' }),
    fc.string({
      unit: fc.constantFrom('a', 'B', ' ', '\n', '-', 'ß', 'о', 'Т', 'ﷺ', '🅷', '𝓱', 'か', '\u0301', '1', '.'),
    }),
    fc.string({ unit: 'binary-ascii' }),
  )
  .map(visibleText);

const folded = (text: string) =>
  String.fromCodePoint(...[...text].flatMap((one) => foldCodePoint(one.codePointAt(0) ?? 0)));

describe('normal text', () => {
  it('has offsets that grow, lie within the text, and one more for the end', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const { plain, plainAt, plainKinds, letters, latin, allLatin } = normalText(text);
        expect([plainAt.length, plainKinds.length]).toEqual([plain.length + 1, plain.length]);
        for (const reading of [latin, allLatin, letters.gaps, letters.signs, letters.at, letters.ends])
          expect(reading.length).toBe(letters.units.length);
        const all = [...plainAt];
        expect(all).toEqual([...all].sort((a, b) => a - b));
        expect(all.every((at) => at <= text.length)).toBe(true);
        expect(letters.at.every((at, n) => at <= (letters.ends[n] ?? 0))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('leads from each unit back to what it was made of', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const { letters } = normalText(text);
        for (let n = 0; n < letters.units.length; n += 1) {
          const original = text.slice(letters.at[n], letters.ends[n]);
          // Further units of one character begin where it ends, or with it.
          if (original !== '') expect(normalText(original).letters.units).toContain(letters.units[n]);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('is the same for ASCII alone and for ASCII beside other letters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (text) => {
        const alone = normalText(text);
        const beside = normalText(`${text} ж`);
        expect(`${alone.plain} ж`.trim()).toBe(beside.plain);
        expect(`${alone.letters.units}ж`).toBe(beside.letters.units);
        expect([...beside.letters.at].slice(0, -1)).toEqual([...alone.letters.at]);
        expect([...beside.letters.gaps].slice(0, -1)).toEqual([...alone.letters.gaps]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('keeps signs and single spaces in `plain`, and counts gaps between letters', () => {
    const { plain, plainAt, letters } = normalText(' Ab\n\t c-D, (e) ');
    expect(plain).toBe('ab c-d, (e)');
    expect([...plainAt]).toEqual([1, 2, 3, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
    expect(letters.units).toBe('abcde');
    expect([...letters.gaps]).toEqual([2, 0, 2, 1, 2]);
    expect(String.fromCharCode(letters.signs[3] ?? 0)).toBe('-');
  });

  it('reads look-alikes as Latin letters but in words of another script', () => {
    const latin = (text: string) => normalText(text).latin;
    expect(latin('сорт')).toBe('сорт');
    expect(latin('СОРТ')).toBe('copt');
    expect(latin('НАСК')).toBe('hack');
    expect(latin('взлом')).toBe('взлом');
    // An `m` among Cyrillic letters.
    expect(latin('взлоm')).toBe('b3лom');
    expect(latin('не сор нет')).toBe('несорнет');
    // Spelled out, nothing is known of a letter alone.
    expect(latin('в.з')).toBe('b3');
    expect(latin('ЅΕХ')).toBe('sex');
  });

  it('takes small look-alikes among words of their script for that script, and capitals for nothing but Latin', () => {
    const latin = (text: string) => normalText(text).latin;
    expect(latin('в яблочном соке?')).toBe('вяблочномсоке');
    expect(latin('Сок полезен')).toBe('сокполезен');
    expect(latin('И рак, и 2 осы')).toBe('ираки2осы');
    expect(latin('το και η θερμότητα')).toContain('και');
    expect(latin('подать в НАСК заявку')).toContain('hack');
    expect(latin('подать в НаСК заявку')).toContain('hack');
    // Beside capitals that are read as Latin, and beside Latin letters, small ones are so too.
    expect(latin('НАС к заявке')).toContain('hack');
    expect(latin('найти соке please')).toContain('coke');
    expect(latin('найти соке x')).toContain('coke');
  });

  it('never takes letters alone in a row, or beside Latin ones, for words', () => {
    const latin = (text: string) => normalText(text).latin;
    expect(latin('b o м b')).toBe('bomb');
    expect(latin('a f i r e a r м please')).toContain('firearm');
    expect(latin('сделать в о м в дома')).toContain('bomb');
    expect(latin('to firear м')).toContain('firearm');
    expect(latin('где я был')).toContain('я');
    expect(latin('Кто я?')).toBe('ктоя');
  });

  it('reads words of look-alikes as Latin among Latin ones alone, and odd letters everywhere', () => {
    const latin = (text: string) => normalText(text).latin;
    expect(latin('how to наск it')).toContain('hack');
    expect(latin('build a вомв here')).toContain('bomb');
    expect(latin('how to ѕтеаӏ it')).toContain('steal');
    expect(latin('сгеԁіt сагԁ please')).toContain('creditcard');
    expect(latin('как делать ѕрам людям')).toContain('spam');
    expect(latin('как сделать һаск банка')).toContain('hack');
    expect(latin('хочу ѕех сейчас')).toContain('sex');
    // Russian with a Latin name in it, Russian alone, and words of others that have such letters.
    expect(latin('болит рот от Colgate')).toContain('рот');
    expect(latin('рот')).toBe('рот');
    expect(latin('What does здесь, вот mean?')).toContain('вот');
    expect(latin('һәм без')).toBe('һәмбез');
  });

  it('reads a capital I amid small letters as an l as well', () => {
    const both = (text: string) => [normalText(text).withEll, normalText(text).latin];
    expect(both('kiII him')).toEqual(['killhim', 'kiiihim']);
    expect(both('KiII den')).toEqual(['killden', 'kiiiden']);
    expect(both('steaI ж')).toEqual(['stealж', 'steaiж']);
    expect(both('It is XII, or WiFi')).toEqual([undefined, 'itisxiiorwifi']);
  });

  it('passes over spelling marks on letters of scripts that have none', () => {
    expect(normalText('m\u0e49e\u093cth').letters.units).toBe('meth');
    expect(normalText('взл\u0e49ом').letters.units).toBe('взлом');
    expect(normalText('ที่').letters.units).toBe('ที่');
    expect(normalText('हथियार').letters.units).toBe('हथियार');
  });

  it('comes to the same in small steps, however much a text grows', () => {
    for (const text of ['как это '.repeat(1_000), '\u3300'.repeat(8_000), 'é'.repeat(8_000)]) {
      const steps = normalTextInSteps(text);
      let count = 1;
      let step = steps.next();
      for (; !step.done; count += 1) step = steps.next();
      expect(count).toBeGreaterThan(200);
      expect(step.value).toEqual(normalText(text));
    }
  });

  it('gives expressions a text that is folded as they are, of whatever script', () => {
    for (const text of ['сорт и нет', 'COPT', 'Ærø Ħ', 'सिर ระเบิด', 'ｆｕｌｌ'])
      expect(normalText(text).plain).toBe(folded(text));
    expect(normalText('кill βomb').plain).toBe('kill bomb');
  });

  it('reads composed what is written in parts', () => {
    expect(normalText('ク\u3099').plain).toBe('グ');
    expect(normalText('ﾊｯｷﾝｸﾞ').plain).toBe('ハッキング');
    expect(normalText('\u1112\u1162').plain).toBe('해');
  });
});
