/**
 * Child process of `npm run plan`: `run-stage.ts <stage>` writes `.plan/<stage>.json`;
 * `run-stage.ts <stage> --front <front>` plans it with that streaming front, in `.plan/<stage>-<front>.json`.
 */
import crypto from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { installationVariables } from '../installation.ts';
import { bundleRun, evaluateApp } from './bundle-app.ts';
import { exampleInstallation } from './example-installation.ts';
import { plainInputs } from './plain-inputs.ts';
import { type Plan, type PlannedResource, planPath, root } from './plan.ts';
import { plannedId } from './planned-id.ts';
import { plannedAnswer, plannedState } from './planned-state.ts';
import { startSstServer } from './sst-server.ts';

const { positionals, values: variant } = parseArgs({
  allowPositionals: true,
  options: { front: { type: 'string' } },
});
const stage = positionals[0] ?? '';

// The platform's own Pulumi, so that its resources register with the mocks that are set here.
const platform = createRequire(join(root, '.sst', 'platform', 'package.json'));
const pulumi = platform('@pulumi/pulumi');
const { getMonitor } = platform('@pulumi/pulumi/runtime/settings.js');

// SST draws the end of some physical names; a plan must be the same every time.
crypto.randomBytes = ((length: number) => Buffer.alloc(length, 1)) as typeof crypto.randomBytes;

/** The registration as the mock monitor's server side gets it. */
interface Registration {
  getType(): string;
  getName(): string;
  getCustom(): boolean;
  getParent(): string;
  getObject(): { toJavaScript(): unknown };
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getIgnorechangesList(): string[];
  getDependenciesList(): string[];
}

const resources: PlannedResource[] = [];

function record(request: Registration): void {
  const inputs = plainInputs(request.getObject().toJavaScript()) as Record<string, unknown>;
  // The source text of SST's own dynamic providers: a page of code for each, which no assertion reads.
  delete inputs.__provider;
  const ignoreChanges = request.getIgnorechangesList();
  const after = request.getDependenciesList().map((urn) => {
    const [types = '', name = ''] = urn.split('::').slice(2);
    return `${types.split('$').at(-1)}::${name}`;
  });
  resources.push({
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    parent: request.getParent().split('::').slice(2).join('::'),
    after: [...new Set(after)].sort(),
    inputs,
    options: {
      ...(request.getProtect() && { protect: true }),
      ...(request.getRetainondelete() && { retainOnDelete: true }),
      ...(ignoreChanges.length > 0 && { ignoreChanges }),
    },
  });
}

async function setUpMocks(project: string): Promise<void> {
  await pulumi.runtime.setMocks(
    {
      call: ({ token, inputs }: { token: string; inputs: Record<string, unknown> }) =>
        plannedAnswer(token, inputs),
      newResource: ({
        type,
        name,
        inputs,
        custom,
        id,
      }: {
        type: string;
        name: string;
        inputs: Record<string, unknown>;
        custom?: boolean;
        id?: string;
      }) =>
        custom === false
          ? { id: '', state: inputs }
          : { id: id || plannedId(type, name), state: plannedState(type, name, inputs) },
    },
    project,
    stage,
    false,
  );
  const monitor = getMonitor();
  const newUrn = monitor.newUrn.bind(monitor);
  // As the engine does: the stack itself is not part of its children's types.
  monitor.newUrn = (parent: string, type: string, name: string) =>
    newUrn(parent?.includes('::pulumi:pulumi:Stack::') ? '' : parent, type, name);
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request: Registration, callback: unknown) => {
    record(request);
    return register(request, callback);
  };
}

const order = ({ type, name, parent }: PlannedResource) => `${type}\n${name}\n${parent}`;

// A plan says what the code asks for, whatever the environment of the one who makes it.
for (const name of Object.keys(installationVariables)) delete process.env[name];
Object.assign(process.env, exampleInstallation);
if (variant.front) process.env.ATRIUM_STREAMING_FRONT = variant.front;
const out = planPath(variant.front ? `${stage}-${variant.front}` : stage);
// A folder of its own: the same stage may be planned twice at a time, by a test and by hand.
const work = join(root, '.plan', `work-${process.pid}`);
process.once('exit', () => rmSync(work, { recursive: true, force: true }));
const app = await evaluateApp(stage);
const server = await startSstServer(work);
await setUpMocks(app.name);
const bundled = await bundleRun(app, work);
try {
  const { default: run } = await import(pathToFileURL(bundled).href);
  await pulumi.runtime.runInPulumiStack(run);
  await pulumi.runtime.disconnect();
} finally {
  rmSync(bundled, { force: true });
}
const { name, removal, protect } = app;
const plan: Plan = {
  app: { name, stage, removal, protect },
  resources: resources.sort((a, b) => (order(a) < order(b) ? -1 : 1)),
};
mkdirSync(dirname(out), { recursive: true });
writeFileSync(`${out}.${process.pid}`, `${JSON.stringify(plan, null, 1)}\n`);
renameSync(`${out}.${process.pid}`, out);
server.close();
process.exit(0);
