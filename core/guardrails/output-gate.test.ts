import { describe, expect, test } from 'vitest';
import { tenantConfigSchema } from '../tenants/schema.ts';
import { compileOutputGate } from './output-gate.ts';
import { outputGuards } from './schema.ts';

const gateOf = (config: object = {}) =>
  compileOutputGate(tenantConfigSchema.parse({ tenant_id: 't1', ...config }));
const whole = (text: string, config?: object) => gateOf(config).whole(text);
const email = { kind: 'output', index: outputGuards.indexOf('email') };
const rule = (more: object) => ({ type: 'contains', reason: 'Not said here', where: 'output', ...more });

describe('texts in answers', () => {
  const config = {
    refusal_rules: ['hack', 'pot', 'cop', 'тайна'].map((pattern) => rule({ pattern, action: 'mask' })),
  };

  test.each([
    ['You can НАСК it', 'You can [removed] it'],
    ['how to h.a.c.k it', 'how to [removed] it'],
    ['say РОТ now', 'say [removed] now'],
    ['Тайна раскрыта', '[removed] раскрыта'],
  ])('are found as in questions, whatever their letters look like: %s', (text, shown) => {
    expect(whole(text, config).text).toBe(shown);
  });

  test.each(['какой сорт лучше', 'в яблочном соке', 'рыбный потом'])(
    'are not found in the words of another script: %s',
    (text) => {
      expect(whole(text, config).text).toBe(text);
    },
  );
});

describe('masks and links', () => {
  test('a mask does not become the text of a link', () => {
    expect(whole('Write to a@b.co(zoommtg:x) now').text).toBe('Write to [email]([link removed]) now');
    expect(whole('!a@b.co(//2130706433/x) now').text).toBe('![email]([link removed]) now');
  });

  test('personal data in a link that is removed leaves nothing behind', () => {
    expect(whole('See https://evil.example/?m=ann@example.org&c=4111111111111111 now').text).toBe(
      'See [link removed] now',
    );
  });

  test('personal data in a link that stays is masked', () => {
    const config = { allowed_link_hosts: ['docs.example.org'] };
    expect(whole('See https://docs.example.org/?m=ann@example.org now', config).text).not.toContain('ann@');
  });
});

describe('what becomes of a match', () => {
  const text = 'Write to anna@example.org or call +49 30 9018 2000.';

  test('it is masked, unless the tenant says otherwise', () => {
    expect(whole(text)).toEqual({
      text: 'Write to [email] or call [phone].',
      hits: { masked: 2, audited: [], shadow: [] },
    });
  });

  test('audited, it is counted once and the text stays as it is', () => {
    expect(whole(`${text} ${text}`, { redaction: { email: 'audit', phone: 'off' } })).toEqual({
      text: `${text} ${text}`,
      hits: { masked: 0, audited: [email], shadow: [] },
    });
  });

  test('in the shadow, a rule is counted, changes nothing and ends nothing', () => {
    const config = {
      refusal_rules: [rule({ pattern: 'oats', shadow: true }), rule({ pattern: 'rye', action: 'mask' })],
      redaction: { patterns: [{ name: 'lot', pattern: 'lot [0-9]{3}', action: 'block', shadow: true }] },
    };
    expect(whole('Oats and rye of lot 123.', config)).toEqual({
      text: 'Oats and [removed] of lot 123.',
      hits: {
        masked: 1,
        audited: [],
        shadow: [
          { kind: 'refusal_rule', index: 0 },
          { kind: 'output', index: outputGuards.length },
        ],
      },
    });
  });

  test('blocked, the answer ends before it with the rule and its reason, and stays ended', () => {
    const gate = gateOf({ refusal_rules: [rule({ pattern: 'secret recipe' })] });
    const blocked = { reason: 'Not said here', rule: { kind: 'refusal_rule', index: 0 } };
    const stream = gate.open();
    let given = '';
    const said: unknown[] = [];
    for (const unit of 'Our secret recipe is this.') {
      const piece = stream.push(unit);
      given += piece.text;
      said.push(piece.blocked);
    }
    expect(given).toBe('Our ');
    expect(said.at(-1)).toEqual(blocked);
    expect(stream.push('more')).toEqual({ text: '', blocked });
    expect(stream.end()).toEqual({ text: '', blocked });
    expect(gate.whole('Our secret recipe is this.')).toMatchObject({ text: 'Our ', blocked });
  });

  test('a kind that is blocked says so without any of it', () => {
    const { text, blocked } = whole('Write to anna@example.org.', { redaction: { email: 'block' } });
    expect(text).toBe('Write to ');
    expect(blocked?.rule).toEqual(email);
    expect(JSON.stringify(blocked)).not.toContain('anna');
  });

  test('matches that overlap become one mask, neighbours one each, and what is beside them stays', () => {
    const patterns = [
      { name: 'one', pattern: 'abcd' },
      { name: 'two', pattern: 'cdefg' },
      { name: 'three', pattern: 'hi' },
    ];
    expect(whole('-abcdefghi-', { redaction: { patterns } })).toMatchObject({
      text: '-[one][three]-',
      hits: { masked: 2 },
    });
  });

  test('a mask joins what is beside it to no new match', () => {
    const patterns = [
      { name: 'gone', pattern: 'zz' },
      { name: 'pair', pattern: 'ab|a\\[gone\\]b' },
    ];
    expect(whole('azzb', { redaction: { patterns } }).text).toBe('a[gone]b');
  });
});

describe('rules of tenants about answers', () => {
  test.each([
    ['contains', 'hack', 'a H.A.C.K here', 'a [removed] here'],
    ['contains', 'hack', 'the hackathon', 'the [removed]athon'],
    ['word', 'hack', 'the hackathon', 'the hackathon'],
    ['word', 'hack', 'a hack.', 'a [removed].'],
    ['contains', 'credit card', 'my credit-card is', 'my [removed] is'],
    ['contains', 'sex', 'an s-expression', 'an s-expression'],
    ['contains', 'сор', 'Хороший сорт', 'Хороший [removed]т'],
    ['contains', 'cop', 'Хороший сорт', 'Хороший сорт'],
    ['contains', 'cop', 'a сор here', 'a [removed] here'],
    ['contains', 'c++', 'written in C++ here', 'written in [removed] here'],
    ['regex', 'lot-[0-9]{2,4}', 'of LOT-12345', 'of [removed]5'],
  ])('%s %s: %s', (type, pattern, text, expected) => {
    expect(whole(text, { refusal_rules: [rule({ type, pattern, action: 'mask' })] }).text).toBe(expected);
  });

  test('what looks at questions alone does not look at answers', () => {
    const config = { refusal_rules: [{ type: 'contains', pattern: 'oats', reason: 'No' }] };
    expect(whole('The oats', config)).toMatchObject({ text: 'The oats', hits: { masked: 0 } });
  });

  test('an expression that is not taken is an error, and no gate that lets all pass', () => {
    expect(() => gateOf({ redaction: { patterns: [{ name: 'bad', pattern: '(a)\\1' }] } })).toThrow();
  });
});

describe('what a tenant calls public', () => {
  const allow = ['help@example.org', '@shop.example', '+49 30 9018-2000', 'LOT-7'];
  const config = { redaction: { allow, patterns: [{ name: 'lot', pattern: 'lot-[0-9]' }] } };

  test.each([
    'Write to Help@Example.org.',
    'Write to anybody@shop.example.',
    'Call +49 (30) 9018 2000.',
    'See lot-7.',
  ])('%s', (text) => {
    expect(whole(text, config)).toMatchObject({ text, hits: { masked: 0 } });
  });

  test.each([
    ['xhelp@example.org', '[email]'],
    ['help@example.org.evil.example', '[email]'],
    ['anna@sub.shop.example', '[email]'],
    ['anna@myshop.example', '[email]'],
    ['+49 30 9018 2001', '[phone]'],
    ['lot-8', '[lot]'],
  ])('%s is not', (text, expected) => {
    expect(whole(text, config).text).toBe(expected);
  });
});

describe('the other streams of the gate', () => {
  test('links that lead elsewhere are removed and counted', () => {
    expect(whole('See https://evil.example/x now')).toMatchObject({
      text: 'See [link removed] now',
      hits: { masked: 1 },
    });
    const config = { allowed_link_hosts: ['docs.example.com'] };
    expect(whole('See https://docs.example.com/x now', config).text).toBe(
      'See https://docs.example.com/x now',
    );
  });

  test('the canary ends the answer before any of it', () => {
    const options = { canary: 'wrongdoingquilted' };
    const { text, blocked } = gateOf().whole('It says w r o n g d o i n g quilted.', options);
    expect('It says '.startsWith(text)).toBe(true);
    expect(blocked?.rule).toEqual({ kind: 'output', index: outputGuards.indexOf('canary') });
  });

  test('what cannot be seen is gone, halves of characters are joined, lone ones are dropped', () => {
    const stream = gateOf().open();
    const given = ['a\u200bb\ud83d', '\udc69', '\u200d', '👧', '\ud800', 'z\r', '\nq'].map(
      (piece) => stream.push(piece).text,
    );
    expect(given.join('') + stream.end().text).toBe('ab👩‍👧z\nq');
  });
});

/** So long is the longest match of the product's detectors, with what must follow to know its end. */
const longest = 300;

describe('what is held back', () => {
  test('is never longer than the longest match, whatever comes', () => {
    const hostile = [
      'a',
      '1',
      '1 ',
      'a.',
      'a@',
      'a@b.',
      '+',
      '(0',
      'eyJ',
      'de89',
      'password: a',
      '-----begin ',
      '0.',
    ];
    const stream = gateOf({ redaction: { patterns: [{ name: 'x', pattern: 'x[a-z]{0,255}' }] } }).open();
    for (const piece of hostile) {
      for (let n = 0; n < 400; n++) {
        stream.push(piece);
        expect(stream.held).toBeLessThanOrEqual(longest);
      }
      stream.push('\n\n');
    }
  });

  test.each(['; ', '(see) ! ', 'Really?! ', 'rows, columns\n', '“quoted” ; ', '— ; '])(
    'is nothing where no match can have begun: %s',
    (text) => {
      const stream = gateOf().open();
      expect(stream.push(text).text).toBe(text);
      expect(stream.held).toBe(0);
    },
  );

  test('is at most two tokens of ordinary prose, by the median', () => {
    const prose = [
      'The oats are stored in a cool and dry room, where they keep for about 12 months after the harvest in 2024. If you need more than 1,500 kilos, the price falls to $1.80 a kilo [1]; deliveries start at 8:30, and the warehouse is closed on Sundays.',
      'Der Hafer wird kühl und trocken gelagert und hält sich nach der Ernte 2024 etwa zwölf Monate. Ab 1.500 Kilogramm sinkt der Preis auf 1,80 € je Kilogramm [1]; Lieferungen beginnen um 8:30 Uhr, sonntags bleibt das Lagerhaus geschlossen.',
      'L’avoine est conservée dans un endroit frais et sec, où elle se garde environ douze mois après la récolte de 2024. À partir de 1 500 kilos, le prix descend à 1,80 € le kilo [1] ; les livraisons commencent à 8 h 30 et l’entrepôt est fermé le dimanche.',
    ];
    for (const text of prose) {
      // As tokenizers cut: a space goes with the word behind it, long words are several.
      const tokens = text.match(/ ?\p{L}{1,5}|\d{1,3}|\s|[^\p{L}\d\s]/gu) ?? [];
      const stream = gateOf().open();
      let [came, shown] = [0, 0];
      const held: number[] = [];
      const ends: number[] = [];
      for (const token of tokens) {
        came += token.length;
        ends.push(came);
        shown += stream.push(token).text.length;
        held.push(ends.filter((end) => end > shown).length);
      }
      const median = held.toSorted((a, b) => a - b)[held.length >> 1] ?? 0;
      expect(median, JSON.stringify(held)).toBeLessThanOrEqual(2);
    }
  });
});
