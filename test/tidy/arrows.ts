import { type ImportOf, importsOf, type SourceFile } from './source-files.ts';

/** Something that is not as the house rules say: the file, and the rule in words. */
export interface Violation {
  readonly path: string;
  readonly rule: string;
}

/** A rule about one import: says what is wrong with it, or nothing. */
type Arrow = (found: ImportOf) => string | undefined;

const topOf = (path: string) => path.split('/')[0] ?? '';
const edges = new Set(['functions', 'workflows', 'gpu']);

/** Tests and the suites that they share. */
export const isTest = (path: string) =>
  topOf(path) === 'test' || /\.(test|contract)\.[a-z]+$/.test(path) || path === 'vitest.config.ts';

/** `store.dynamo.ts`, `embedder.onnx.ts`: the name's middle says what is adapted. */
const isAdapter = (path: string) => /\/[^/.]+\.[^/.]+\.ts$/.test(path);

/** What stays at the edges: core knows nothing of HTTP frameworks, Lambda or Step Functions. */
const edgeLibraries = /^(hono|@hono\/.*|@middy\/.*|aws-lambda|@types\/aws-lambda)(\/|$)/;
/** What a description of resources may be made with. */
const stackLibraries = /^(node:|@pulumi\/|sst$|sst\/)/;

/** Who may call `vouchForTenant`: the places that establish who asks. */
const vouchers = [
  // Measures on tenants that it makes up; nothing of the product imports it.
  /^eval\//,
  /^core\/tenants\/tenant-id\.ts$/,
  /^core\/identity\/[a-z0-9-]+\.ts$/,
  /^core\/identity\/keys\/authenticate-key\.ts$/,
  /^workflows\/[a-z0-9-]+\/input\.ts$/,
  /^functions\/http\/authenticate\.ts$/,
  /^functions\/http\/caller-from-token\.ts$/,
];

const wayOf: Arrow = ({ from, specifier, target }) => {
  if (isTest(from)) return undefined;
  const top = topOf(from);
  if (target === undefined) {
    if (top === 'core' && edgeLibraries.test(specifier)) return `core/ must not know ${specifier}`;
    // The plan is made and checked by programs of its own, which are not part of what is described.
    const described = (top === 'stacks' && !from.startsWith('stacks/plan/')) || from === 'sst.config.ts';
    if (described && !stackLibraries.test(specifier)) return `stacks/ must not run ${specifier}`;
    return undefined;
  }
  const to = topOf(target);
  if (isTest(target)) return `only tests import tests: ${target}`;
  if (top === to) return undefined;
  if (top === 'core') return `core/ must not import ${to}/: ${target}`;
  if (top === 'stacks') return `stacks/ must not import ${to}/: ${target}`;
  if (top === 'web') return `web/ must not import ${to}/: ${target}`;
  if (from === 'sst.config.ts' && to !== 'stacks') return `sst.config.ts imports stacks/ only: ${target}`;
  // Edges share what speaks HTTP, and nothing else of one another.
  const shared = target.startsWith('functions/http/');
  if (edges.has(top) && to !== 'core' && !shared) return `${top}/ must not import ${to}/: ${target}`;
  return undefined;
};

const betweenCapabilities: Arrow = ({ from, target }) => {
  if (target === undefined || isTest(from) || topOf(from) !== 'core' || topOf(target) !== 'core')
    return undefined;
  const [mine, other] = [from.split('/')[1], target.split('/')[1]];
  if (mine === other || !isAdapter(target)) return undefined;
  return `core/${mine}/ must meet core/${other}/ through its schema and ports, not ${target}`;
};

const withExtension: Arrow = ({ specifier, target }) => {
  if (target === undefined || /\.(ts|mjs|js|json)$/.test(specifier)) return undefined;
  return `a relative import without its extension: ${specifier}`;
};

/** Every wrong import among the files. */
export function wrongArrows(files: readonly SourceFile[]): Violation[] {
  const rules = [wayOf, betweenCapabilities, withExtension];
  return files.flatMap((file) =>
    importsOf(file).flatMap((found) =>
      rules.flatMap((rule) => {
        const wrong = rule(found);
        return wrong ? [{ path: file.path, rule: wrong }] : [];
      }),
    ),
  );
}

/** Every relative import that names no file among these; other kinds of file are not looked for. */
export function danglingImports(files: readonly SourceFile[]): Violation[] {
  const paths = new Set(files.map((file) => file.path));
  return files
    .flatMap(importsOf)
    .filter(({ target }) => target?.endsWith('.ts') && !target.endsWith('.d.ts') && !paths.has(target))
    .map(({ from, specifier }) => ({ path: from, rule: `imports a file that is not there: ${specifier}` }));
}

/** Every file that names `vouchForTenant` without being one that establishes who asks. */
export function wrongVouchers(files: readonly SourceFile[]): Violation[] {
  return files
    .filter(({ path, text }) => /\bvouchForTenant\b/.test(text) && !isTest(path) && !named(path))
    .map(({ path }) => ({ path, rule: 'must not vouch for a tenant' }));
}

/** Every cast to the branded id: it would vouch for a tenant without anybody seeing it. */
export function forgedTenants(files: readonly SourceFile[]): Violation[] {
  return files
    .filter(({ path, text }) => /\bas TenantId\b/.test(text) && path !== 'core/tenants/tenant-id.ts')
    .map(({ path }) => ({ path, rule: 'a cast to TenantId' }));
}

const named = (path: string) => vouchers.some((pattern) => pattern.test(path));

/** Every cycle of imports, each told once, at the file that comes first in it. */
export function importCycles(files: readonly SourceFile[]): Violation[] {
  const paths = new Set(files.map((file) => file.path));
  const next = new Map(
    files.map((file) => [
      file.path,
      importsOf(file).flatMap(({ target }) => (target && paths.has(target) ? [target] : [])),
    ]),
  );
  const done = new Set<string>();
  const found: Violation[] = [];
  const visit = (path: string, trail: readonly string[]) => {
    const begun = trail.indexOf(path);
    if (begun >= 0) found.push({ path, rule: `cycle: ${[...trail.slice(begun), path].join(' -> ')}` });
    if (begun >= 0 || done.has(path)) return;
    for (const target of next.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of paths) visit(path, []);
  return found;
}
