import { basename } from 'node:path';
import type { Violation } from './arrows.ts';
import type { SourceFile } from './source-files.ts';

const maxLines = 400;
const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/;

/** Words that must not be in a source, and where. Written so that this file does not contain them. */
const words: readonly { readonly pattern: RegExp; readonly rule: string; readonly under?: string }[] = [
  { pattern: /\bTO[D]O\b/, rule: 'unfinished: TO' + 'DO' },
  { pattern: /\bFIX[M]E\b/, rule: 'unfinished: FIX' + 'ME' },
  { pattern: /\b(?:it|test|describe)\.only\b/, rule: 'a test that keeps the others from running' },
  { pattern: /\b(?:it|test|describe)\.skip\b/, rule: 'a test that does not run' },
  { pattern: /\bconsole\.log\(/, rule: 'console.log in core/', under: 'core/' },
  { pattern: /\bdebugger;/, rule: 'a break point' },
];

/** Names that are not kebab-case; a folder or file name may have dots between its parts. */
export function wrongNames(files: readonly SourceFile[]): Violation[] {
  return files
    .filter(({ path }) => path.split('/').some((part) => !kebab.test(part)))
    .map(({ path }) => ({ path, rule: `${basename(path)}: names are kebab-case` }));
}

/** Files that have grown over what one subject needs. */
export function longFiles(files: readonly SourceFile[]): Violation[] {
  return files.flatMap(({ path, text }) => {
    const lines = text.trimEnd().split('\n').length;
    return lines > maxLines ? [{ path, rule: `${lines} lines, ${maxLines} are enough` }] : [];
  });
}

/** Words that have no place in a source. */
export function forbiddenWords(files: readonly SourceFile[]): Violation[] {
  return files.flatMap(({ path, text }) =>
    words
      .filter(({ pattern, under }) => path.startsWith(under ?? '') && pattern.test(text))
      .map(({ rule }) => ({ path, rule })),
  );
}
