/**
 * Writes latin-letters.unicode.ts from the names in Unicode's data:
 *
 *   node core/guardrails/text/make-latin-letters.ts UnicodeData.txt > core/guardrails/text/latin-letters.unicode.ts
 *
 * The argument is the file of the Unicode Character Database (https://www.unicode.org/Public/UCD/latest/ucd/). Kept are
 * letters named `LATIN … LETTER X WITH …` that do not decompose, so that nothing but their name says of which letter they
 * are a form; small ones, and capitals whose small letter is not among them.
 */
import { readFileSync } from 'node:fs';

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('the path of UnicodeData.txt is missing');

const byTarget = new Map<string, string[]>();
for (const line of readFileSync(path, 'utf8').split('\n')) {
  const [hex, name] = line.split(';');
  const target = /^LATIN (?:SMALL LETTER|CAPITAL LETTER|LETTER SMALL CAPITAL) ([A-Z]) WITH /.exec(
    name ?? '',
  )?.[1];
  if (hex === undefined || target === undefined) continue;
  const letter = String.fromCodePoint(Number.parseInt(hex, 16));
  if (letter.normalize('NFKD') !== letter) continue;
  const letters = byTarget.get(target.toLowerCase()) ?? [];
  byTarget.set(target.toLowerCase(), [...letters, letter]);
}
const lines = [...byTarget]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([target, all]) => {
    const letters = all.filter((one) => one.toLowerCase() === one || !all.includes(one.toLowerCase()));
    return `  ['${target}', '${letters.sort().join('')}'],\n`;
  });
process.stdout.write(`/**
 * ASCII letters, each with the Latin letters whose name says that they are it with a stroke, a hook, a tail and the like:
 * UnicodeData.txt, © Unicode, Inc., licence Unicode-3.0 (https://www.unicode.org/license.txt). Written by
 * make-latin-letters.ts.
 */
export const latinLetters: readonly (readonly [target: string, sources: string])[] = [
${lines.join('')}];
`);
