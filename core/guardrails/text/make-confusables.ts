/**
 * Writes confusables.unicode.ts from Unicode's data:
 *
 *   node core/guardrails/text/make-confusables.ts confusables.txt > core/guardrails/text/confusables.unicode.ts
 *
 * The argument is the file of UTS #39 (https://www.unicode.org/Public/security/). Kept are single letters and numbers
 * whose prototype, marks aside, is one ASCII letter or digit. Left out are those that the fold reads anyway (what
 * decomposes, digits of other scripts), letters of scripts written from right to left (among Latin ones they break the
 * line visibly), and thorn, which is a letter of its own.
 */
import { readFileSync } from 'node:fs';

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('the path of confusables.txt is missing');
const text = readFileSync(path, 'utf8');
const version = /^# Version: (\S+)/m.exec(text)?.[1];
if (version === undefined) throw new Error(`${path} does not say its version`);

const rightToLeft =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Nko}\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const characters = (hex: string) =>
  String.fromCodePoint(...hex.split(' ').map((one) => Number.parseInt(one, 16)));

const byTarget = new Map<string, string[]>();
for (const line of text.split('\n')) {
  const [from, to] = (line.split('#')[0] ?? '').split(';').map((part) => part.trim());
  if (from === undefined || to === undefined || from.includes(' ')) continue;
  const source = characters(from);
  const target = characters(to).normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  if (!/^[a-z0-9]$/.test(target) || !/^[\p{L}\p{N}]$/u.test(source)) continue;
  if (source < '\x80' || /[\p{Nd}þÞ]/u.test(source) || rightToLeft.test(source)) continue;
  if (source.normalize('NFKD') !== source) continue;
  const others = byTarget.get(target);
  if (others === undefined) byTarget.set(target, [source]);
  else others.push(source);
}
const lines = [...byTarget]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([target, sources]) => `  ['${target}', '${sources.sort().join('')}'],\n`);
process.stdout.write(`/**
 * ASCII letters and digits, each with what looks like it: confusables.txt of Unicode ${version} (UTS #39), © Unicode, Inc.,
 * licence Unicode-3.0 (https://www.unicode.org/license.txt). Written by make-confusables.ts; what it lacks is added in
 * confusables.ts.
 */
export const unicodeConfusables: readonly (readonly [target: string, sources: string])[] = [
${lines.join('')}];
`);
