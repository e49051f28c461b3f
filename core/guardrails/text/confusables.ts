import { unicodeConfusables } from './confusables.unicode.ts';
import { latinLetters } from './latin-letters.unicode.ts';

/**
 * What Unicode's data lacks or reads otherwise. Small capitals and their like in other scripts are prototypes of their
 * own there; capital iota stands with `l`. Turned letters are here only where they read the same.
 */
const byHand: readonly (readonly [target: string, sources: string])[] = [
  ['3', 'з'],
  ['a', 'ΆΛᴀꭺɐӑӓ'],
  ['b', 'ʙвβᏼⲃƄɃᴃ'],
  ['c', 'ƈƇϲϹ'],
  ['d', 'ᴅꭰɗ'],
  ['e', 'ᴇꭼəǝәƏӘƎɛεєЄєɘⲉⲈ𐌄'],
  ['f', 'ꜰ'],
  ['g', 'ɢԍꮐᏻꞡ'],
  ['h', 'ʜнⲏꮋհђЂ'],
  ['i', 'ɪΙІⲒꓲ'],
  ['j', 'ᴊꭻȷ'],
  ['k', 'ᴋкκĸⲕꮶҝқӄ𐌊'],
  ['l', 'ʟⳑꮮ𐑃ⅼ'],
  ['m', 'ᴍмʍⲙꮇɱ'],
  ['n', 'ɴⲛпПийИЙͶͷ'],
  ['p', 'ᴘᴩꮲ'],
  ['q', 'ꞯ'],
  ['r', 'ʀꭱꮢяЯгГ'],
  ['s', 'Ꙅꙅ'],
  ['t', 'ᴛтτⲧꭲ'],
  ['u', 'цЦμ'],
  ['w', 'ωШѿ'],
  ['x', 'ҳ'],
];

/**
 * What generators of fancy text write for letters, where it is in no table: Canadian syllabics, rare Chinese characters and
 * Bopomofo, and others. None counts in a word of its own script; the common characters among them (`千`, `山`) nowhere.
 */
const generators: readonly (readonly [target: string, sources: string])[] = [
  ['a', 'ᗩ卂'],
  ['b', 'Ⴆ'],
  ['c', 'ᑕᑢ匚꜀'],
  ['d', 'ᕲԃ'],
  ['e', 'ᕮᘿ乇'],
  ['f', 'ϝբʆ'],
  ['g', 'ᘜ'],
  ['h', 'ɧԋ卄'],
  ['i', 'ᓰᏆ丨Ɨ'],
  ['j', 'נ'],
  ['k', 'ҡ'],
  ['l', 'ʅㄥ'],
  ['m', 'ᘻ'],
  ['n', 'ᑎᘉ'],
  ['o', 'ᓍㄖ'],
  ['p', 'ᕵ卩'],
  ['q', 'ᑫϙ'],
  ['s', 'ᔕ丂ʃ'],
  ['t', 'ᖶㄒ'],
  ['u', 'ᑘㄩʉʊ'],
  ['v', 'ᐺ'],
  ['w', 'ᗯᘺ'],
  ['x', '᙭乂χ'],
  ['y', 'ᖻㄚ'],
  ['z', 'ᗱ'],
];

/**
 * Read as a Latin letter only beside Latin ones, or beside others that nobody can tell from them: a word of Russian or
 * Greek that holds one of these is Russian or Greek. (A capital `Т` is not here: it cannot be told from a `T`.)
 */
const hints = 'звбнмтпийяцгшПИЙЯЦГШЗЬЂђћџєЄѢѣӨөәΛΘθηστβεωμγѡѿѲѳχϝϙ';

/** A run of ten squared or circled capitals and the like that do not decompose. */
const alphabets = [
  { first: 0x249c, what: 'parenthesised small letters' },
  { first: 0x1f110, what: 'parenthesised capitals' },
  { first: 0x1f150, what: 'negative circled capitals' },
  { first: 0x1f170, what: 'negative squared capitals' },
  { first: 0x1f1e6, what: 'regional indicators' },
];

const codePointOf = (character: string) => character.codePointAt(0) ?? 0;

/** Code point of the ASCII letter or digit, lower case, by the code point that looks like it. */
export const confusables: ReadonlyMap<number, number> = new Map([
  ...[...unicodeConfusables, ...latinLetters, ...byHand, ...generators].flatMap(([target, sources]) =>
    [...sources].map((source): [number, number] => [codePointOf(source), codePointOf(target)]),
  ),
  ...alphabets.flatMap(({ first }) =>
    Array.from({ length: 26 }, (_, n): [number, number] => [first + n, 0x61 + n]),
  ),
]);

const known =
  /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Lisu}\p{Script=Coptic}\p{Script=Common}]/u;
const hintPoints = new Set([...hints].map(codePointOf));

/** Whether the code point, which is one of `confusables`, is read as that letter even among its own kind alone. */
export function deceives(codePoint: number): boolean {
  return !hintPoints.has(codePoint) && known.test(String.fromCodePoint(codePoint));
}
