import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { root } from './plan.ts';

/** What `app()` of sst.config.ts says, completed as the SST command completes it. */
export interface EvaluatedApp {
  readonly name: string;
  readonly stage: string;
  readonly home: string;
  readonly removal: 'remove' | 'retain' | 'retain-all';
  readonly protect: boolean;
  readonly providers: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const platform = join(root, '.sst', 'platform');

/** What SST puts at the top of the modules that it bundles as ES modules. */
export const commonJsBanner = `
import { createRequire as topLevelCreateRequire } from 'module';
const require = topLevelCreateRequire(import.meta.url);
import { fileURLToPath as topLevelFileUrlToPath, URL as topLevelURL } from "url"
const __filename = topLevelFileUrlToPath(import.meta.url)
const __dirname = topLevelFileUrlToPath(new topLevelURL(".", import.meta.url))
`;

/**
 * Bundles as the SST command does (pkg/js of sst 4.17): the platform's packages stay outside, and what the user's
 * modules call `aws` or `sst` is imported at the top of each.
 */
async function bundle(options: {
  code: string;
  outfile: string;
  banner?: string;
  imports?: string;
  define?: Record<string, string>;
  inject?: string[];
}): Promise<void> {
  const globals: Plugin = {
    name: 'globals-of-the-platform',
    setup({ onLoad }) {
      onLoad({ filter: /\.(js|ts)$/ }, async ({ path }) => {
        if (path.includes('.sst') || path.includes('node_modules')) return undefined;
        const { readFile } = await import('node:fs/promises');
        const contents = `${options.imports ?? ''}\n${await readFile(path, 'utf8')}`;
        return { contents, loader: path.endsWith('.ts') ? 'ts' : 'js' };
      });
    },
  };
  await build({
    stdin: { contents: options.code, resolveDir: root, sourcefile: 'eval.ts', loader: 'ts' },
    banner: { js: commonJsBanner + (options.banner ?? '') },
    outfile: options.outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    nodePaths: [join(platform, 'node_modules')],
    external: [
      '@pulumi/*',
      'undici',
      '@pulumiverse/*',
      '@sst-provider/*',
      '@aws-sdk/*',
      'esbuild',
      'archiver',
      'glob',
      'vite',
    ],
    define: options.define ?? {},
    inject: options.inject ?? [],
    plugins: [globals],
    logLevel: 'silent',
  });
}

/**
 * Evaluates `app()` of sst.config.ts for the stage.
 *
 * @throws what `app()` throws, such as for a stage that it does not know.
 */
export async function evaluateApp(stage: string): Promise<EvaluatedApp> {
  const outfile = join(platform, `app.${process.pid}.mjs`);
  try {
    await bundle({
      code: `
        import mod from './sst.config.ts';
        console.log('~j' + JSON.stringify(await mod.app({ stage: $input.stage })));`,
      outfile,
      banner: 'function $config(input) { return input }',
      define: { $input: JSON.stringify({ stage }) },
    });
    const output = execFileSync(process.execPath, ['--no-warnings', outfile], {
      encoding: 'utf8',
      cwd: root,
    });
    const line = output.split('\n').find((each) => each.startsWith('~j'));
    if (line === undefined) throw new Error('app() of sst.config.ts returned nothing');
    const app = JSON.parse(line.slice(2));
    const providers = Object.fromEntries(
      Object.entries({ [app.home]: {}, ...app.providers }).map(([name, args]) => [
        name,
        typeof args === 'string' ? { version: args } : (args as Record<string, unknown>),
      ]),
    );
    return { ...app, stage, removal: app.removal ?? 'retain', protect: app.protect ?? false, providers };
  } finally {
    rmSync(outfile, { force: true });
  }
}

/**
 * Bundles `run()` of sst.config.ts with the platform.
 *
 * @param work where the platform puts what it builds; plans that are made at the same time need one each.
 * @returns the module, whose default export runs everything.
 */
export async function bundleRun(app: EvaluatedApp, work: string): Promise<string> {
  const outfile = join(platform, `run.${app.stage}.${process.pid}.mjs`);
  const providers = Object.keys(app.providers).map(
    (name) => `import * as ${name.replaceAll('-', '')} from "@pulumi/${name}";`,
  );
  await bundle({
    code: `
      import { run } from ${JSON.stringify(join(platform, 'src/auto/run.ts'))};
      import mod from './sst.config.ts';
      export default () => run(mod.run);`,
    outfile,
    imports: [...providers, `import * as sst from ${JSON.stringify(join(platform, 'src/components'))};`].join(
      '\n',
    ),
    inject: [join(platform, 'src/shim/run.js')],
    define: {
      $app: JSON.stringify(app),
      $dev: 'false',
      $cli: JSON.stringify({
        command: 'deploy',
        dev: false,
        paths: { home: work, root, work, platform },
        state: { version: {} },
      }),
    },
  });
  return outfile;
}
