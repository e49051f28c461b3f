import { globSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';

/** A source file: its path from the project's root, with `/`, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** An import as it stands in a file; `target` is the project's own file that it names, `undefined` for libraries. */
export interface ImportOf {
  readonly from: string;
  readonly specifier: string;
  readonly target: string | undefined;
}

/** Folders that hold sources of the project, and the files beside them. */
export const folders = [
  'core',
  'functions',
  'workflows',
  'gpu',
  'stacks',
  'web',
  'local',
  'bench',
  'eval',
  'test',
];
const patterns = [...folders.map((folder) => `${folder}/**/*.{ts,tsx,mts,js,mjs}`), '*.{ts,mjs}'];
const left = /(^|\/)(node_modules|fixtures|dist|build|\.[^/]+)\/|\.min\.js$|\.d\.ts$/;

/** Every source file of the project. */
export function readSources(root: string): SourceFile[] {
  return globSync(patterns, { cwd: root })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !left.test(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(`${root}/${path}`, 'utf8') }));
}

// The formatter puts every statement at the start of its line, so text inside of strings is not taken for an import.
const statement = /^(?:import|export)\b(?:[^'";]*?\bfrom\s*)?\s*['"]([^'"]+)['"]/gm;
const dynamic = /\bimport\(\s*['"]([^'"]+)['"]/g;
const worker = /\bnew URL\(\s*['"](\.{1,2}\/[^'"]+\.(?:ts|mjs|js))['"],\s*import\.meta\.url/g;

/** The imports of a file: static ones, those of types alone, dynamic ones, and modules given to workers. */
export function importsOf({ path, text }: SourceFile): ImportOf[] {
  return [statement, dynamic, worker]
    .flatMap((form) => [...text.matchAll(form)])
    .map((match) => {
      const specifier = match[1] ?? '';
      const target = specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : undefined;
      return { from: path, specifier, target };
    });
}
