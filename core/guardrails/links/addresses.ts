import fc from 'fast-check';

/** Every sign of ASCII, and what else may stand in an address or be taken for a sign of one. */
const signs: readonly string[] = [
  ...Array.from({ length: 0x7f - 0x20 }, (_, i) => String.fromCharCode(0x20 + i)).filter(
    (sign) => !/[a-z0-9]/i.test(sign),
  ),
  ...[
    '\t',
    '\n',
    '\u00a0',
    '\u3000',
    '\u2028',
    '\u1680',
    '：',
    '／',
    '＼',
    '＠',
    '．',
    '。',
    '？',
    '＃',
    '﹫',
  ],
  ...[
    '&Tab;',
    '&#9;',
    '&#x9;',
    '&NewLine;',
    '&#10;',
    '&#13;',
    '&sol;',
    '&#47;',
    '&#x2f',
    '&bsol;',
    '&colon;',
  ],
  ...['&#58;', '&commat;', '&#64;', '&period;', '&#46', '&nbsp;', '&amp;', '&quot;', '&#32;', '&#0;', '&lt;'],
  ...[
    '&#000000000000047;',
    '&#x0000000000000000002F;',
    `&#${'0'.repeat(40)}9;`,
    '&shy;',
    '&gt;',
    '&num;',
    '&quest;',
  ],
  ...[
    '\\@',
    '\\.',
    '\\/',
    '\\:',
    '\\\\',
    '%40',
    '%2f',
    '%09',
    '::',
    '//',
    ':@',
    '[::1]',
    '**',
    '-->',
    '<b>',
    '</b>',
  ],
];
const schemes = [
  ...[
    'https://',
    'http://',
    'HTTPS://',
    '//',
    '/',
    '',
    'https:',
    'https:/',
    'https:///',
    'http:\\\\',
    'ftp://',
  ],
  ...['mailto:', 'x:', 'javascript:', 'data:', 'www.', './', '?', '#', 'a/', 'a', '\\', '/\\', 'h', 'std::'],
];
const hosts = [
  ...[
    'evil.example',
    'docs.example.com',
    'a.good.example',
    'good.example',
    '2130706433',
    'evil',
    'www.evil.example',
  ],
  ...['docs.example.com:443', 'evil.example:80', 'docs.example.com:8080', 'docs.example.com.', '', 'user'],
];
const sign = fc.constantFrom(...signs);
const host = fc.constantFrom(...hosts);
const seldom = (text: fc.Arbitrary<string>) => fc.oneof({ arbitrary: fc.constant(''), weight: 4 }, text);
const end = fc.constantFrom('/?q=secret', '/?q=secret', '', '/', '?q=secret', '#secret', '\\a', ')');

/** An address as nobody honest writes one, about hosts that are allowed and hosts that are not. */
const address = fc
  .oneof(
    // Something where the host would be, and a host behind it.
    fc.tuple(
      seldom(sign),
      fc.constantFrom(...schemes),
      sign,
      seldom(sign),
      fc.constantFrom('', '@', '.'),
      host,
      end,
    ),
    // A host that goes on in another one.
    fc.tuple(fc.constantFrom(...schemes), host, sign, seldom(sign), fc.constantFrom('', '@', '.'), host, end),
    // Slashes and colons, and what may be between them.
    fc.tuple(
      fc.constantFrom('', '', 'https:', 'x:', 'mailto:', 'https'),
      sign,
      seldom(sign),
      sign,
      host,
      end,
    ),
    fc.tuple(
      fc.constantFrom('/', '\\', '/&Tab;', 'https:', 'https:/'),
      sign,
      fc.constantFrom('/', '\\', '&sol;', ':'),
      host,
      end,
    ),
  )
  .map((parts) => parts.join(''));

/** Where a renderer of markdown or HTML looks for an address. `*` stands for it. */
export const contexts: readonly string[] = [
  ...['![x](*)', '[x](*)', '![x](* "t")', '![x]( *)', '[x](\n*)', '![x](<*>)', '[x](<*> "t")', '![[x]](*)'],
  ...['[e]: *\n\n![e]', '[e]:*\n\n[e]', '[e]:\n  *\n\n![x][e]', '> [e]: *\n\n![e]', '> [e]:\n> *\n\n![e]'],
  ...[
    '[e]: <*>\n\n![e]',
    '[e]: <*> "t"\n\n![e]',
    '- [e]:\n  *\n\n![e]',
    '![e]\n\n[e]: *',
    '[e]: * "t"\n\n![e]',
  ],
  ...['<*>', '*', 'see * there', '(*)', '"*"', '[*](*)', '| * | b |\n|--|--|\n| * | * |'],
  ...[
    '<a href="*">x</a>',
    "<a href='*'>x</a>",
    '<a href=*>x</a>',
    '<img src="*">',
    "<img src='*'/>",
    '<img src=*>',
  ],
  ...[
    '<q cite="*">x</q>',
    '<a title="t" href = "*" id=x>x</a>',
    '<p>[x](*)</p>',
    '<b x, href="*">',
    '`*`',
    '<!-- * -->',
  ],
];

/** A text with such an address, twice where there are two places for it. */
export const texts: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom(...contexts), address)
  .map(([context, written]) => context.replaceAll('*', () => written));
