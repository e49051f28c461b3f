import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalText } from '../text/normal-text.ts';
import { visibleText } from '../text/visible-text.ts';
import { createLiterals, isEmptyLiteral, type Literal } from './literals.ts';

const contains = (pattern: string, leet = false): Literal => ({ pattern, type: 'contains', leet });
const word = (pattern: string, leet = false): Literal => ({ pattern, type: 'word', leet });

/** What is found of one literal, cut out of the text. */
function foundIn(literal: Literal, text: string): string | undefined {
  const [match] = createLiterals([literal]).find(normalText(text));
  return match && text.slice(match.start, match.end);
}

const caught: readonly (readonly [literal: Literal, text: string, match: string])[] = [
  [contains('hack'), 'a Hackathon', 'Hack'],
  [word('hack'), 'to hack!', 'hack'],
  [contains('hack'), 'to ha-ck it', 'ha-ck'],
  [contains('hack'), 'h.a.c.k', 'h.a.c.k'],
  [contains('hack'), 'ha-cking', 'ha-ck'],
  [contains('hack'), '(h a c k)', 'h a c k'],
  [contains('hack'), 'hac k it', 'hac k'],
  [contains('hack'), 'h ack it', 'h ack'],
  [word('hack'), 'h - a - c - k', 'h - a - c - k'],
  [contains('hack'), 'h. a. c. k it', 'h. a. c. k'],
  [contains('credit card'), 'credit-card', 'credit-card'],
  [contains('credit card'), 'creditcards', 'creditcard'],
  [contains('credit card'), 'c r e d i t  c a r d', 'c r e d i t  c a r d'],
  [contains('credit-card'), 'credit\u00a0card', 'credit\u00a0card'],
  [contains('hack'), 'Ηаϲк', 'Ηаϲк'],
  [contains('hack'), 'х НАСК me', 'НАСК'],
  [contains('hack'), '🇭🇦🇨🇰', '🇭🇦🇨🇰'],
  [contains('hack'), '𝓱𝓪𝓬𝓴', '𝓱𝓪𝓬𝓴'],
  [contains('hack'), 'ha\u0301\u0301ck\u0301', 'ha\u0301\u0301ck\u0301'],
  [contains('schießen'), 'SCHIESSEN', 'SCHIESSEN'],
  [contains('взлом'), 'взлoм', 'взлoм'],
  [contains('взлом'), 'В-З-Л-О-М', 'В-З-Л-О-М'],
  [contains('bomb'), 'a b o м b', 'b o м b'],
  [contains('hack'), 'Как в НАСК подать', 'НАСК'],
  [contains('keylogger'), 'a k e y logger', 'k e y logger'],
  [contains('meth'), 'm e th', 'm e th'],
  [contains('meth'), 'm\u0e49e\u0e49th', 'm\u0e49e\u0e49th'],
  [contains('کشتن'), 'روش كشتن', 'كشتن'],
  [contains('炸弹'), '做炸 弹', '炸 弹'],
  [word('炸弹'), '怎么做炸弹？', '炸弹'],
  [contains('ระเบิด'), 'ทำระเบิดอย่างไร', 'ระเบิด'],
  [contains('हथियार'), 'हथियारों का', 'हथियार'],
  [contains('c++'), 'in C++11', 'C++'],
  [word('c++'), 'in c++, or', 'c++'],
  [contains('@evil.com'), 'to me＠Evil.com', '＠Evil.com'],
  [contains('hack', true), 'h4ck', 'h4ck'],
  [contains('password', true), 'p@$$w0rd', 'p@$$w0rd'],
  [contains('kill', true), 'k1!l', 'k1!l'],
  [contains('sex', true), '$ex', '$ex'],
  [contains('hack', true), 'h!a!c!k', 'h!a!c!k'],
  [contains('h4ck', true), 'hack', 'hack'],
  [contains('mail', true), 'my ma1l', 'ma1l'],
  [contains('kill'), 'kiII him', 'kiII'],
  [contains('wifIx'), 'a wіfix', 'wіfix'],
  [contains('hack'), 'ħⱥȼꝁ it', 'ħⱥȼꝁ'],
  [contains('steal'), 'ꞩŧɇⱥł it', 'ꞩŧɇⱥł'],
  [contains('hack'), 'ᕼᗩᑕK it', 'ᕼᗩᑕK'],
  [contains('hack'), '卄卂匚Ҝ it', '卄卂匚Ҝ'],
  [contains('hack'), 'нα¢к it', 'нα¢к'],
  [contains('hack'), 'Ⱨ₳₵₭ it', 'Ⱨ₳₵₭'],
  [contains('hack'), 'αн, ԋαƈƙ it', 'ԋαƈƙ'],
  [contains('kill', true), 'ki113r', 'ki11'],
  [contains('взлом', true), 'сделать взл0м', 'взл0м'],
  [contains('сор', true), 'как с0р', 'с0р'],
  [contains('boob', true), 'b00b5', 'b00b'],
  [contains('password', true), 'the p@ssword. Go', 'p@ssword'],
  [contains('hack'), 'h a ck', 'h a ck'],
  [contains('kill'), 'k i ll', 'k i ll'],
  [contains('hack'), 'how to h a c king', 'h a c k'],
  [contains('hack'), "h'a'c'k", "h'a'c'k"],
  [contains('hack'), 'k, h, a, c, k', 'h, a, c, k'],
  [contains('hack'), 'h.a.c.kathon', 'h.a.c.k'],
  [contains('hack'), 'ha-ckable', 'ha-ck'],
  [contains('hack'), 'unha-ck', 'ha-ck'],
  [contains('hack'), 'how-to-ha-ck-a-bank', 'ha-ck'],
  [contains('hack'), 'to_h_ack_it', 'h_ack'],
  [contains('hack'), 'ha-\nck', 'ha-\nck'],
  [contains('credit card'), 'of myCreditCard', 'CreditCard'],
  [contains('credit card'), 'a creditCardNumber', 'creditCard'],
  [contains('credit card'), 'ma_creditCardé', 'creditCard'],
];

const missed: readonly (readonly [literal: Literal, text: string])[] = [
  [word('hack'), 'a hackathon, a shack'],
  [word('hack'), 'ha-cking'],
  [contains('fish'), 'half-ish'],
  [contains('sex'), 's-expression'],
  [contains('isis'), 'is is a verb'],
  [contains('is is'), 'a crisis'],
  [contains('therapist'), 'the rapist'],
  [contains('apart'), 'a part of it'],
  [contains('hack'), 'ha ck'],
  [contains('hack'), 'such ack'],
  [contains('shit'), 'that’s hit rate'],
  [contains('sex'), 'I se x-rays'],
  [contains('manslaughter'), 'the man’s laughter'],
  [contains('cheat'), 'vitamin C heat'],
  [contains('isis'), 'for (i = s; i < s; i++)'],
  [contains('isis'), 'a.is.is(b)'],
  [contains('copt'), 'сорт'],
  [contains('pot'), 'в рот'],
  [contains('сор'), 'a cop'],
  [contains('coke'), 'в яблочном соке'],
  [word('r'), 'Кто я такой?'],
  [contains('cop'), 'вынести сор из дома'],
  [contains('c++'), 'vitamin c'],
  [word('c++'), 'vc++'],
  [contains('@evil.com'), 'evil.com'],
  [contains('hack'), 'h4ck'],
  [contains('ass', true), 'code 455'],
  [contains('bomb', true), 'a file of 80MB'],
  [contains('hackl', true), 'hack!'],
  [contains('hack', true), 'h4 ck'],
  [contains('mail', true), 'a shopping mall'],
  [contains('promo'), 'the ₱ROMO'],
  [contains('cash'), '5¢ ash'],
  [contains('die', true), 'handle'],
  [contains('law', true), 'MediaWiki'],
  [contains('ali', true), 'all prices'],
  [contains('usa', true), 'linus@example.com'],
  [contains('rape', true), 'another@person.org'],
  [contains('ass', true), 'commit c2a5595'],
  [contains('usa', true), '<U548C>'],
  [contains('steal', true), 'GOST3411'],
  [contains('сор', true), 'Copyright, C0pyright'],
  [contains('αν', true), 'I have a question'],
  [contains('hell'), "He'll be here"],
  [word('hell'), 'if he’ll pay'],
  [contains('whore'), "Who're the people?"],
  [contains('dos'), 'la farine d’os'],
  [contains('sex'), 's ex přítelkyní'],
  [contains('pin'), 'for p in parts'],
  [contains('son'), 's on Monday'],
  [contains('cvs'), 'C vs C++'],
  [contains('hiv'), 'H, I, V'],
  [contains('abc'), 'a/b/c'],
  [contains('bad'), 'plan b a day'],
  [contains('hit'), 'hi-tech'],
  [contains('isis'), 'what-is-is-here'],
];

describe('literals', () => {
  it.each(caught)('finds as a person reads it: $0.pattern in $1', (literal, text, match) => {
    expect(foundIn(literal, text)).toBe(match);
  });

  it.each(missed)('does not find what reads otherwise: $0.pattern in $1', (literal, text) => {
    expect(foundIn(literal, text)).toBeUndefined();
  });

  it('finds nothing of a pattern of which nothing is left', () => {
    for (const pattern of ['\u200b', '\u0301', ' ', '\u00ad\ufe0f']) {
      expect(isEmptyLiteral(pattern)).toBe(true);
      expect(foundIn(contains(pattern), 'any text \u200b')).toBeUndefined();
    }
    expect(isEmptyLiteral('?!')).toBe(false);
    expect(foundIn(contains('?!'), 'What?!')).toBe('?!');
  });

  it('tells each literal once, in the order of the list, with its first match', () => {
    const list = [contains('b'), contains('missing'), contains('ab'), word('b'), contains('b')];
    expect(createLiterals(list).find(normalText('xab ab b b'))).toEqual([
      { index: 0, start: 2, end: 3 },
      { index: 2, start: 1, end: 3 },
      { index: 3, start: 7, end: 8 },
      { index: 4, start: 2, end: 3 },
    ]);
    // Whichever reading it is found in.
    const [first] = createLiterals([contains('взлом', true)]).find(normalText('взлом взлoм'));
    expect(first).toEqual({ index: 0, start: 0, end: 5 });
    expect(createLiterals([]).find(normalText('text'))).toEqual([]);
  });

  it('finds what a search one by one finds', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        fc.array(letters, { maxLength: 8 }),
        fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 40 }),
        (patterns, text) => {
          const found = createLiterals(patterns.map((pattern) => contains(pattern))).find(normalText(text));
          const expected = patterns.flatMap((pattern, index) => {
            const start = text.indexOf(pattern);
            return start < 0 ? [] : [{ index, start, end: start + pattern.length }];
          });
          expect(found).toEqual(expected);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('finds the same whatever invisible characters stand between', () => {
    const hidden = fc.array(
      fc.constantFrom('\u200b', '\u00ad', '\u2060', '\ufe0f', '\u202e', '\u{e0041}', '\u200d', '\u034f'),
      { maxLength: 3 },
    );
    const literals = createLiterals([
      ...caught.map(([literal]) => literal),
      ...missed.map(([literal]) => literal),
    ]);
    const texts = [...caught.map(([, text]) => text), ...missed.map(([, text]) => text)];
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.array(hidden, { minLength: 40, maxLength: 40 }),
        (text, between) => {
          const veiled = [...text].map((one, n) => (between[n % 40] ?? []).join('') + one).join('');
          const indexes = (of: string) => literals.find(normalText(of)).map(({ index }) => index);
          expect(indexes(veiled)).toEqual(indexes(text));
          expect(indexes(visibleText(veiled))).toEqual(indexes(text));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  /** What looking for literals costs: steps, and milliseconds of the process' time. */
  function costOf(list: readonly Literal[], text: string) {
    const searching = createLiterals(list).search(normalText(text));
    const before = process.cpuUsage();
    let steps = 1;
    let step = searching.next();
    for (; !step.done; steps += 1) step = searching.next();
    const { user, system } = process.cpuUsage(before);
    return { steps, ms: (user + system) / 1_000, found: step.value.length };
  }

  it('passes over what is found already, however many literals end at each letter', () => {
    const list = Array.from({ length: 200 }, (_, n) => contains('a'.repeat(300 + n)));
    const { steps, found } = costOf(list, 'a'.repeat(8_000));
    expect(found).toBe(200);
    // A step is some thousand letters read or compared; without passing over it were four hundred.
    expect(steps).toBeLessThan(100);
  });

  it('is done with the most literals and a text made against them in bounded work, and small steps', () => {
    const list = Array.from({ length: 240 }, (_, n) => contains('a'.repeat(5 + n)));
    const { steps, ms } = costOf(list, 'aa '.repeat(2_600));
    expect(steps).toBeGreaterThan(100);
    expect(steps).toBeLessThan(1_300);
    expect(ms).toBeLessThan(1_000);
  });

  it.each([
    ['digits alone, read as letters', '4'.repeat(8_000)],
    ['digits and a letter now and then', `${'4'.repeat(399)}a`.repeat(20)],
    ['look-alikes', 'а'.repeat(8_000)],
    ['look-alikes among letters', 'аa '.repeat(2_600)],
  ])('counts all work, so that no text makes more: %s', (_, text) => {
    const list = Array.from({ length: 240 }, (_, n) => word('a'.repeat(5 + n), true));
    const { steps, ms } = costOf(list, text);
    expect(steps).toBeLessThan(1_300);
    expect(ms).toBeLessThan(1_000);
  });

  it('finds what is nearly there in a text that makes too much work, so that nobody buys his way past a rule', () => {
    const list = Array.from({ length: 240 }, (_, n) => contains('a'.repeat(5 + n)));
    expect(costOf(list, `${'aa '.repeat(2_600)}`).found).toBeGreaterThan(0);
    expect(costOf(list.slice(0, 3), `${'aa '.repeat(2_600)}`).found).toBe(0);
    // What is not there at all is not found even so.
    expect(costOf([...list, contains('zz')], 'aa '.repeat(2_600)).found).toBeLessThanOrEqual(240);
  });
});
