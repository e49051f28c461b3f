import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  danglingImports,
  forgedTenants,
  importCycles,
  type Violation,
  wrongArrows,
  wrongVouchers,
} from './tidy/arrows.ts';
import { forbiddenWords, longFiles, wrongNames } from './tidy/manners.ts';
import { importsOf, readSources, type SourceFile } from './tidy/source-files.ts';

type Rule = (files: readonly SourceFile[]) => Violation[];

const sources = readSources(resolve(import.meta.dirname, '..'));
const file = (path: string, ...lines: string[]): SourceFile => ({ path, text: `${lines.join('\n')}\n` });
const importing = (path: string, specifier: string) => file(path, `import { x } from '${specifier}';`);

/** A rule, what breaks it (one file each), and what looks alike and does not. */
interface Case {
  readonly name: string;
  readonly rule: Rule;
  readonly broken: readonly (readonly SourceFile[])[];
  readonly sound: readonly SourceFile[];
}

const cases: readonly Case[] = [
  {
    name: 'imports point one way: edges, core, libraries',
    rule: wrongArrows,
    broken: [
      [importing('core/chat/a.ts', 'hono')],
      [importing('core/chat/a.ts', 'hono/streaming')],
      [importing('core/chat/a.ts', '@middy/core')],
      [importing('core/chat/a.ts', 'aws-lambda')],
      [importing('core/chat/a.ts', '../../functions/http/app.ts')],
      [importing('core/chat/a.ts', '../../workflows/ingest/input.ts')],
      [importing('core/chat/a.ts', '../../stacks/resources.ts')],
      [importing('core/chat/a.ts', '../../local/aws/names.ts')],
      [importing('functions/chat.ts', '../local/aws/names.ts')],
      [importing('functions/chat.ts', '../stacks/resources.ts')],
      [importing('functions/chat.ts', '../workflows/ingest/input.ts')],
      [importing('gpu/rag/main.ts', '../../functions/chat/app.ts')],
      [importing('workflows/ingest/a.task.ts', '../../gpu/rag/main.ts')],
      [importing('stacks/table.ts', '../core/tenants/item-keys.ts')],
      [importing('stacks/table.ts', 'hono')],
      [importing('sst.config.ts', './core/tenants/item-keys.ts')],
      [importing('web/main.ts', '../core/orchestrator/schema.ts')],
      [file('core/chat/a.ts', 'import {', '  type A,', '  b,', "} from 'hono';")],
      [file('core/chat/a.ts', "import type { A } from 'hono';")],
      [file('core/chat/a.ts', "import 'hono';")],
      [file('core/chat/a.ts', "export { a } from 'hono';")],
      [file('core/chat/a.ts', "const a = () => import('hono');")],
      [file('core/chat/a.ts', `const a = new ${'URL'}('../../gpu/rag/w.ts', import.meta.url);`)],
    ],
    sound: [
      importing('core/chat/a.ts', '../tenants/schema.ts'),
      importing('core/chat/a.ts', 'zod'),
      importing('core/chat/honours.ts', 'honours'),
      importing('core/chat/a.test.ts', '../../local/aws/names.ts'),
      importing('functions/chat.ts', '../core/tenants/config-store.dynamo.ts'),
      importing('gpu/rag/main.ts', '../../functions/http/problem-response.ts'),
      importing('local/stage/main.ts', '../../gpu/rag/main.ts'),
      importing('stacks/table.ts', './resources.ts'),
      importing('sst.config.ts', './stacks/table.ts'),
      importing('stacks/plan/main.ts', 'esbuild'),
    ],
  },
  {
    name: 'nothing but tests imports tests',
    rule: wrongArrows,
    broken: [
      [importing('local/stage/main.ts', '../../test/support/stage.ts')],
      [importing('core/chat/a.ts', './a.contract.ts')],
      [importing('bench/a.ts', '../core/chat/a.test.ts')],
    ],
    sound: [
      importing('core/chat/a.contract.test.ts', '../../test/support/emulator.ts'),
      importing('core/chat/a.memory.test.ts', './a.contract.ts'),
    ],
  },
  {
    name: 'capabilities meet through schemas and ports',
    rule: wrongArrows,
    broken: [
      [importing('core/chat/a.ts', '../tenants/config-store.dynamo.ts')],
      [importing('core/chat/a.ts', '../tenants/config-store.memory.ts')],
      [importing('core/chat/a.ts', '../retrieval/embedder.onnx.ts')],
    ],
    sound: [
      importing('core/chat/a.ts', '../tenants/config-store.ts'),
      importing('core/tenants/a.ts', './config-store.dynamo.ts'),
      importing('core/chat/a.test.ts', '../tenants/config-store.memory.ts'),
    ],
  },
  {
    name: 'relative imports carry their extension',
    rule: wrongArrows,
    broken: [[importing('core/chat/a.ts', './b')]],
    sound: [importing('core/chat/a.ts', './b.ts'), importing('core/chat/a.ts', '../c/d.json')],
  },
  {
    name: 'relative imports name files that are there',
    rule: danglingImports,
    broken: [[importing('core/chat/a.ts', './gone.ts')]],
    sound: [importing('core/chat/a.ts', './b.ts'), file('core/chat/b.ts')],
  },
  {
    name: 'imports have no cycles',
    rule: importCycles,
    broken: [
      [importing('core/a.ts', './a.ts')],
      [importing('core/a.ts', './b.ts'), importing('core/b.ts', './c.ts'), importing('core/c.ts', './a.ts')],
    ],
    sound: [
      file('core/a.ts', "import { b } from './b.ts';", "import { c } from './c.ts';"),
      importing('core/b.ts', './c.ts'),
      file('core/c.ts'),
    ],
  },
  {
    name: 'only those who establish the tenant vouch for it',
    rule: wrongVouchers,
    broken: [
      'functions/chat/app.ts',
      'core/chat/a.ts',
      'workflows/ingest/parse.task.ts',
      'local/stage/main.ts',
    ].map((path) => [file(path, "import { vouchForTenant } from './x.ts';")]),
    sound: [
      'functions/http/authenticate.ts',
      'core/identity/service-token.ts',
      'workflows/ingest/input.ts',
    ].map((path) => file(path, "import { vouchForTenant } from './x.ts';")),
  },
  {
    name: 'nothing is made a tenant id by a cast',
    rule: forgedTenants,
    broken: [
      [file('core/chat/a.ts', `const tenant = text as ${'TenantId'};`)],
      [file('core/chat/a.test.ts', `const tenant = text as unknown as ${'TenantId'};`)],
    ],
    sound: [file('core/chat/a.ts', "import type { TenantId as Id } from './x.ts';", 'let tenant: TenantId;')],
  },
  {
    name: 'names are kebab-case',
    rule: wrongNames,
    broken: [[file('core/chat/openChat.ts')], [file('core/Chat/open.ts')], [file('core/chat/open_chat.ts')]],
    sound: [file('core/chat/open-chat.dynamo.contract.test.ts')],
  },
  {
    name: 'files stay small',
    rule: longFiles,
    broken: [[file('core/chat/a.ts', ...Array<string>(401).fill('x;'))]],
    sound: [file('core/chat/a.ts', ...Array<string>(400).fill('x;'))],
  },
  {
    name: 'no word says that something is unfinished or left out',
    rule: forbiddenWords,
    broken: [
      [file('local/a.ts', `// ${'TO'}DO: later`)],
      [file('local/a.ts', `// ${'FIX'}ME`)],
      [file('core/a.test.ts', `it.${'only'}('a', () => {});`)],
      [file('core/a.test.ts', `describe.${'skip'}('a', () => {});`)],
      [file('core/a.ts', 'console.log(1);')],
    ],
    sound: [file('local/a.ts', 'console.log(1);', '// mastodon')],
  },
];

describe('the sources', () => {
  it('are all read', () => {
    const paths = sources.map(({ path }) => path);
    expect(paths).toContain('core/tenants/tenant-id.ts');
    expect(paths).toContain('stacks/resources.ts');
    expect(paths).toContain('vitest.config.ts');
    expect(importsOf(sources.find(({ path }) => path === 'core/tenants/schema.ts') ?? file(''))).toEqual([
      { from: 'core/tenants/schema.ts', specifier: 'zod', target: undefined },
      {
        from: 'core/tenants/schema.ts',
        specifier: '../guardrails/schema.ts',
        target: 'core/guardrails/schema.ts',
      },
      {
        from: 'core/tenants/schema.ts',
        specifier: '../identity/roles.ts',
        target: 'core/identity/roles.ts',
      },
      { from: 'core/tenants/schema.ts', specifier: './tenant-id.ts', target: 'core/tenants/tenant-id.ts' },
    ]);
  });

  for (const { name, rule, broken, sound } of cases) {
    describe(name, () => {
      it('is seen when it is broken, and only then', () => {
        for (const files of broken) expect(rule(files), files[0]?.text).toHaveLength(1);
        expect(rule(sound)).toEqual([]);
      });

      it('holds', () => {
        expect(rule(sources).map((violation) => `${violation.path}: ${violation.rule}`)).toEqual([]);
      });
    });
  }
});
