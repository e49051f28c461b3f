import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

interface Rule {
  readonly pattern: string;
  readonly matches: RegExp;
  readonly keeps: boolean;
}

/**
 * The files that an image is built from: those that `.dockerignore` leaves over.
 *
 * @param root the build's context.
 * @returns paths from `root`, with slashes, in order.
 * @throws for a rule of `.dockerignore` that is not understood here, so that nothing is left out in silence.
 */
export function imageInputs(root: string): string[] {
  const rules = readFileSync(join(root, '.dockerignore'), 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(readRule);
  const found: string[] = [];
  const walk = (folder: string) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (
          !isIgnored(rules, path) ||
          rules.some((rule) => rule.keeps && rule.pattern.startsWith(`${path}/`))
        )
          walk(path);
      } else if (!isIgnored(rules, path)) found.push(path);
    }
  };
  walk('');
  return found.toSorted();
}

/**
 * A name for what an image is built from: another one whenever a file is another, has another name or mode. The builder
 * looks at the same (pulumi-docker-build, `context.go`), so it never builds again under a tag that is taken.
 */
export function imageTag(root: string): string {
  const hash = createHash('sha256');
  for (const path of imageInputs(root)) {
    const { mode } = statSync(join(root, path));
    const content = createHash('sha256').update(readFileSync(join(root, path)));
    hash.update(`${path}\0${(mode & 0o777).toString(8)}\0${content.digest('hex')}\n`);
  }
  return hash.digest('hex').slice(0, 32);
}

function readRule(line: string): Rule {
  const keeps = line.startsWith('!');
  const pattern = keeps ? line.slice(1) : line;
  if (
    !/^[\w.*@/-]+$/.test(pattern) ||
    pattern.startsWith('/') ||
    pattern.endsWith('/') ||
    (keeps && pattern.includes('*'))
  )
    throw new Error(`.dockerignore: the rule ${line} is not understood`);
  const text = pattern
    .replaceAll('.', '\\.')
    .replaceAll('**/', '\u0001')
    .replaceAll('**', '\u0002')
    .replaceAll('*', '[^/]*')
    .replaceAll('\u0001', '(?:.*/)?')
    .replaceAll('\u0002', '.*');
  return { pattern, keeps, matches: new RegExp(`^${text}(?:/.*)?$`) };
}

/** The last rule that speaks of the path, or of a folder that it is in, decides. */
const isIgnored = (rules: readonly Rule[], path: string) =>
  rules.findLast(({ matches }) => matches.test(path))?.keeps === false;
