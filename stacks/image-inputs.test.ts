import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { imageInputs, imageTag } from './image-inputs.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function project(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'image-inputs-'));
  folders.push(root);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

const rules =
  '# only these\n*\n!package.json\n!src\n!local\nlocal/*\n!local/setup\n**/*.test.ts\nsrc/notes\n';
const files = {
  '.dockerignore': rules,
  'package.json': '{}',
  'other.json': '{}',
  'src/a.ts': 'a',
  'src/deep/b.ts': 'b',
  'src/a.test.ts': 't',
  'src/deep/b.test.ts': 't',
  'src/notes/x.md': 'x',
  'local/setup/s.mjs': 's',
  'local/stage/s.ts': 's',
  'node_modules/m/index.js': 'm',
};

describe('the inputs of an image', () => {
  it('are what .dockerignore leaves over', () => {
    expect(imageInputs(project(files))).toEqual([
      'local/setup/s.mjs',
      'package.json',
      'src/a.ts',
      'src/deep/b.ts',
    ]);
  });

  it('are everything that no rule speaks of', () => {
    expect(imageInputs(project({ '.dockerignore': 'b', a: '', b: '', 'c/b': '' }))).toEqual([
      '.dockerignore',
      'a',
      'c/b',
    ]);
  });

  it.each(['a?b', '[ab]', 'a\\b', '/src', 'src/', '!**/*.md'])(
    'are not guessed: the rule %s is refused',
    (rule) => {
      expect(() => imageInputs(project({ '.dockerignore': rule }))).toThrow('is not understood');
    },
  );
});

describe('the tag of an image', () => {
  it('is the same for the same files, wherever they lie', () => {
    expect(imageTag(project(files))).toBe(imageTag(project(files)));
    expect(imageTag(project(files))).toMatch(/^[0-9a-f]{32}$/);
  });

  it('stays when something changes that is no input', () => {
    const before = imageTag(project(files));
    expect(imageTag(project({ ...files, 'src/a.test.ts': 'other', 'other.json': '[]' }))).toBe(before);
  });

  it('is another one when an input has another content, name or mode', () => {
    const before = imageTag(project(files));
    const renamed = project(files);
    renameSync(join(renamed, 'src/a.ts'), join(renamed, 'src/c.ts'));
    const executable = project(files);
    chmodSync(join(executable, 'src/a.ts'), 0o755);
    const tags = [
      imageTag(project({ ...files, 'src/a.ts': 'other' })),
      imageTag(renamed),
      imageTag(executable),
    ];
    expect(new Set([before, ...tags]).size).toBe(4);
  });
});

describe("the project's own images", () => {
  const root = resolve(import.meta.dirname, '..');
  const inputs = imageInputs(root);

  it('find everything that the Dockerfile copies', () => {
    const dockerfile = readFileSync(join(root, 'gpu/images/Dockerfile'), 'utf8');
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources = '']) =>
      sources.split(' '),
    );
    expect(copied.length).toBeGreaterThan(5);
    for (const source of copied)
      expect(
        inputs.some((path) => path === source || path.startsWith(`${source}/`)),
        source,
      ).toBe(true);
  });

  it('have neither tests nor anything that is installed or secret', () => {
    expect(inputs.filter((path) => /\.test\.ts$|node_modules|\.env|\.sst|\.git\//.test(path))).toEqual([]);
  });
});
