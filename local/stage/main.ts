/** `npm start`: brings a whole stage up, keeps it up, and takes it down again. */

import { pauseQueues } from '../aws/pause-queues.ts';
import { provisionTables } from '../aws/provision.ts';
import { provisionSecrets } from '../aws/provision-secrets.ts';
import { freePort, portIsFree } from '../processes/free-port.ts';
import { createDynamoLoadedSamples } from '../samples/loaded-samples.dynamo.ts';
import { seed } from '../samples/seed.ts';
import { overview } from './overview.ts';
import { Part, type PartSpec } from './part.ts';
import { StageParts } from './parts.ts';
import { Schedule, scheduledFunctions } from './schedule.ts';
import { Seeding } from './seeding.ts';
import { readSettings, type StageSettings } from './settings.ts';
import { StageDir, StageIsRunning } from './stage-dir.ts';

/** How long a stage that ends may take to deal with what it has in hand. */
const settleWithinMs = 4_000;

const startedAt = performance.now();
const say = (line: string) => {
  const second = ((performance.now() - startedAt) / 1_000).toFixed(1).padStart(6);
  console.log(`[${second} s] ${line}`);
};
const fail = (message: string): never => {
  console.error(message);
  process.exit(1);
};

const settings = ((): StageSettings => {
  try {
    return readSettings(process.env);
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
})();
const dir = new StageDir(settings.ATRIUM_STAGE_DIR);
try {
  await dir.claim();
} catch (error) {
  fail(error instanceof StageIsRunning ? error.message : String(error));
}

const parts: Part[] = [];
let stopping: Promise<void> | undefined;
const endings: (() => void)[] = [];
/** What is under way when a stage ends, and would have to wait for long after the next start. */
let settle = async (): Promise<void> => {};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => void stop(0));
}
if (process.argv.includes('--end-with-stdin')) {
  process.stdin.once('end', () => void stop(0)).once('error', () => void stop(0));
  process.stdin.resume();
}

/** Those that write go first, the emulator that keeps what they wrote last. */
function stop(code: number): Promise<void> {
  stopping ??= (async () => {
    say('stopping; the state is saved');
    for (const end of endings) end();
    await settle().catch(() => {});
    const aws = parts.filter((part) => part.spec.name === 'aws');
    await Promise.all(parts.filter((part) => !aws.includes(part)).map((part) => part.stop()));
    await Promise.all(aws.map((part) => part.stop()));
    dir.release();
    process.exit(code);
  })();
  return stopping;
}

function writeParts(): void {
  if (stopping) return;
  const own = parts.flatMap(({ spec, pid }) =>
    pid ? [{ name: spec.name, url: spec.url, pid, log: spec.log }] : [],
  );
  const engine = settings.VLLM_SERVICE_URL;
  const all = engine ? [...own, { name: 'model', url: engine, pid: null, log: null }] : own;
  const order = ['gateway', 'rag', 'model', 'aws'];
  dir.write(all.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name)));
}

async function start(spec: PartSpec): Promise<void> {
  const part = new Part(spec, writeParts, say);
  parts.push(part);
  await part.start();
  if (stopping) await part.stop();
  else say(`${spec.name.padEnd(8)} ${spec.url}`);
}

/** Has scheduled functions run and the sample tenants loaded, now and whenever the emulator lost what it held. */
async function fill(stage: StageParts): Promise<void> {
  let shown = false;
  let wasReady = false;
  const show = () => {
    if (!shown) console.log(overview(parts, stage.gateway.url, dir.logs, stage.externalEngine));
    shown = true;
  };
  const loaded = createDynamoLoadedSamples(stage.endpoint);
  const seeding = new Seeding({
    load: (signal) => seed({ url: stage.gateway.url, loaded, say, signal }),
    mark: () => dir.markSeeded(),
    unmark: () => dir.unmarkSeeded(),
    // A stage without its sample tenants is still of use, above all to the person who looks for the reason.
    failed(error) {
      show();
      const reason = error instanceof Error ? error.message : error;
      say(`the sample tenants are not complete, trying again: ${reason}`);
    },
  });
  settle = () => pauseQueues(stage.endpoint, settleWithinMs);
  const schedule = new Schedule(scheduledFunctions, stage.taskHost, say);
  endings.push(
    () => seeding.stop(),
    () => schedule.stop(),
  );
  const load = async () => {
    void schedule.runNow();
    if (!(await seeding.load())) return;
    show();
    say(wasReady ? 'the sample tenants are complete again' : 'ready; Ctrl-C ends it and keeps its state');
    wasReady = true;
  };
  stage.awsFell = () => seeding.invalidate();
  stage.awsIsBack = () => void load();
  await load();
}

try {
  if (settings.PORT !== 0 && !(await portIsFree(settings.PORT))) {
    dir.release();
    fail(`Port ${settings.PORT} is in use by another program; PORT=… chooses a different one.`);
  }
  const ports = {
    gateway: settings.PORT || (await freePort()),
    rag: await freePort(),
    model: await freePort(),
    aws: await freePort(),
    tasks: await freePort(),
  };
  const stage = new StageParts(dir, ports, settings);
  say(`starting a stage in ${dir.path}`);
  const model = stage.model;
  const modelUp = model ? start(model) : Promise.resolve();
  modelUp.catch(() => {});
  await start(stage.aws);
  const [secrets] = await Promise.all([provisionSecrets(stage.endpoint), provisionTables(stage.endpoint)]);
  stage.secrets = secrets;
  await Promise.all([
    modelUp,
    stage.provision().then(() => say('tables, buckets, queues, functions and workflows are there')),
    start(stage.rag),
    start(stage.gateway),
  ]);
  await stage.ready(30_000);
  await fill(stage);
} catch (error) {
  if (!stopping) {
    console.error(error instanceof Error ? error.message : error);
    await stop(1);
  }
}
