import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type BuildResult, build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FunctionName, functions } from '../stacks/resources.ts';

/**
 * What SST does with a zip function. The first lines give modules of the old kind, which esbuild wraps, what they expect
 * of their surroundings.
 */
const banner = `
import { createRequire as createRequireOfBundle } from 'node:module';
import { fileURLToPath as pathOfBundle } from 'node:url';
const require = createRequireOfBundle(import.meta.url);
const __filename = pathOfBundle(import.meta.url);
const __dirname = pathOfBundle(new URL('.', import.meta.url));
`;
const projectDir = resolve(import.meta.dirname, '..');
const names = (Object.keys(functions) as FunctionName[]).filter(
  (name) => functions[name].packaging === 'zip',
);
/** An unpacked zip may have 250 MB; what is worth a look comes far earlier, since every cold start reads it. */
const maxBundleBytes = 8 * 1024 * 1024;

const sizes: string[] = [];
let folder = '';
let built: BuildResult<{ metafile: true }>;

beforeAll(async () => {
  // Outside of the project, so that a module that was left out cannot be found after all.
  folder = await mkdtemp(join(tmpdir(), 'bundled-functions-'));
  built = await build({
    absWorkingDir: projectDir,
    entryPoints: names.map((name) => ({ in: functions[name].handler.split('#')[0] ?? '', out: name })),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'esnext',
    mainFields: ['module', 'main'],
    minify: false,
    banner: { js: banner },
    metafile: true,
    logLevel: 'silent',
  });
}, 30_000);

afterAll(async () => {
  console.log(`bundles: ${sizes.join(', ')}`);
  await rm(folder, { recursive: true, force: true });
});

/** What the folder that a bundle is imported in says on its error channel, without any environment. */
async function importAlone(name: string): Promise<string> {
  const file = pathToFileURL(join(folder, `${name}.mjs`)).href;
  const code = `await import(${JSON.stringify(file)}).catch((error) => { console.error(String(error)); process.exit(7); })`;
  const child = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: folder,
    env: {},
  });
  return child.then(
    () => 'it started',
    (failure: { code: number; stderr: string }) => `${failure.code}: ${failure.stderr}`,
  );
}

const outputOf = (name: string) => {
  const found = Object.entries(built.metafile.outputs).find(([path]) => path.endsWith(`/${name}.mjs`));
  if (!found) throw new Error(`${name} was not bundled`);
  return found[1];
};

describe.each(names)('the bundle of %s', (name) => {
  test('starts, and misses nothing but the variables of its environment', async () => {
    expect(await importAlone(name)).toMatch(/^7: Error: The environment is incomplete\. [A-Z_]+: /);
  });

  test('has everything in it, no native code, and the handler that is asked for', () => {
    const output = outputOf(name);
    sizes.push(`${name} ${(output.bytes / 1024 / 1024).toFixed(1)} MB`);
    expect(output.imports.filter(({ path, external }) => external && !isBuiltin(path))).toEqual([]);
    expect(Object.keys(output.inputs).filter((path) => path.endsWith('.node'))).toEqual([]);
    expect(output.exports).toContain(functions[name].handler.split('#')[1]);
    expect(output.bytes).toBeLessThan(maxBundleBytes);
  });
});

test('esbuild warns of nothing that it could not bundle', () => {
  expect(built.warnings.map(({ text }) => text)).toEqual([]);
});
