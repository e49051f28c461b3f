import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, extname, join } from 'node:path';
import { build } from 'esbuild';
import { commonJsBanner } from './bundle-app.ts';
import { plannedAccount, plannedRegion, root } from './plan.ts';

interface BuildInput {
  readonly functionID: string;
  readonly handler: string;
  readonly bundle?: string;
  readonly properties?: { readonly minify?: boolean };
}

/** What the SST command answers to the platform while it evaluates an app, by method. */
const methods: Readonly<Record<string, (input: never, work: string) => unknown>> = {
  'Provider.Aws.Bootstrap': () => ({
    asset: 'sst-asset-planned',
    assetEcrRegistryId: plannedAccount,
    assetEcrUrl: `${plannedAccount}.dkr.ecr.${plannedRegion}.amazonaws.com/sst-asset`,
    state: 'sst-state-planned',
    appsyncHttp: '',
    appsyncRealtime: '',
  }),
  'Runtime.AddTarget': () => true,
  'Runtime.Build': (input: BuildInput, work: string) => buildHandler(input, work),
};

/** Builds a function as the SST command would (pkg/runtime/node), so that what cannot be bundled cannot be planned. */
async function buildHandler(input: BuildInput, work: string) {
  const out = join(work, 'artifacts', `${input.functionID}-src`);
  mkdirSync(out, { recursive: true });
  if (input.bundle) return { handler: input.handler, out: input.bundle, errors: [], sourcemaps: [] };
  const exported = extname(input.handler);
  const module = input.handler.slice(0, -exported.length);
  // Lambda takes the first dot of a handler for the one before the export's name.
  const path = join(dirname(module), module.slice(dirname(module).length + 1).replaceAll('.', '-'));
  try {
    await build({
      entryPoints: [join(root, `${module}.ts`)],
      outfile: join(out, `${path}.mjs`),
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'esnext',
      mainFields: ['module', 'main'],
      keepNames: true,
      minify: input.properties?.minify ?? false,
      external: ['sharp', 'pg-native'],
      banner: { js: commonJsBanner },
      logLevel: 'silent',
    });
    return { handler: `${path}${exported}`, out, errors: [], sourcemaps: [] };
  } catch (error) {
    return { handler: '', out, errors: [String(error)], sourcemaps: [] };
  }
}

/** Starts the JSON-RPC server that the platform finds by `SST_SERVER`, on loopback. Functions are built below `work`. */
export async function startSstServer(work: string): Promise<Server> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method, params } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    const answer = methods[method];
    const body = answer
      ? { result: await answer(params[0] as never, work) }
      : { error: `rpc: can't find method ${method}` };
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  process.env.SST_SERVER = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env.SST_AWS_REGION = plannedRegion;
  return server;
}
