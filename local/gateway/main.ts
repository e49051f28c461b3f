/** The stage's front door: the functions behind URLs, each in its pool of workers, and `GET /healthz`. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { type FunctionName, type FunctionResource, functions, httpRoutes } from '../../stacks/resources.ts';
import { functionEnv } from '../aws/function-env.ts';
import { awsEnv } from '../aws/ministack.ts';
import { arns, physical } from '../aws/names.ts';
import { createFront, type HostedFunction } from '../lambda-host/front.ts';
import { WorkerPool } from '../lambda-host/pool.ts';
import { createTaskFront } from '../lambda-host/task-front.ts';
import { startWorker } from '../lambda-host/worker.ts';
import { endWithParent } from '../processes/end-with-parent.ts';
import { answerHealth, createHealth } from './health.ts';
import { openLog } from './log-file.ts';

const projectDir = resolve(import.meta.dirname, '../..');

const addresses = z.record(z.string(), z.object({ url: z.url(), external: z.literal(true).optional() }));
const env = z
  .object({
    PORT: z.coerce.number().int(),
    STAGE_TASKS_PORT: z.coerce.number().int(),
    AWS_ENDPOINT_URL: z.url(),
    STAGE_LOG_DIR: z.string(),
    /** What stands in front of the streaming functions, as the stages in AWS choose it. */
    STAGE_STREAMING_FRONT: z.enum(['function-url', 'api-gateway']).default('function-url'),
    /** Exists once the sample tenants are loaded; until then the stage is up and not ready. */
    STAGE_SEEDED_FILE: z.string(),
    /** Addresses that tell how the other parts are, by name. */
    STAGE_HEALTH: z.string().transform((text) => addresses.parse(JSON.parse(text))),
  })
  .parse(process.env);

/**
 * A streaming function holds its worker for as long as it streams, so it needs others at hand. Tasks have time:
 * they start when there is work, and do not take the machine from those who wait for an answer.
 */
const poolSizes = {
  streaming: { min: 3, max: 16 },
  buffered: { min: 1, max: 8 },
  task: { min: 0, max: 2 },
  // Never the same worker twice: an emulator that was killed goes back to an earlier state, and what a worker remembers
  // of the later one would mislead it.
  scheduled: { min: 0, max: 1, idleMs: 500 },
};

const hosted = new Map<string, HostedFunction>();
const tasks = new Map<string, HostedFunction>();
for (const name of Object.keys(functions) as FunctionName[]) {
  const resource: FunctionResource = functions[name];
  (resource.url ? hosted : tasks).set(name, host(name, resource));
}

function host(name: FunctionName, resource: FunctionResource): HostedFunction {
  const log = openLog(env.STAGE_LOG_DIR, name);
  const spec = {
    name: physical(name),
    arn: arns.function(name),
    handler: resource.handler,
    cwd: projectDir,
    memoryMb: resource.memoryMb,
    timeoutMs: resource.timeoutS * 1_000,
    env: { ...functionEnv(name, env.AWS_ENDPOINT_URL, process.env), ...awsEnv(env.AWS_ENDPOINT_URL) },
    log,
  };
  return {
    pool: new WorkerPool(
      () => startWorker(spec),
      poolSizes[resource.url ?? (resource.schedule ? 'scheduled' : 'task')],
    ),
    eventShape: resource.url === 'streaming' ? env.STAGE_STREAMING_FRONT : 'function-url',
    log,
  };
}

const health = createHealth(env.STAGE_HEALTH, () => [
  { name: 'gateway', ok: [...hosted.values()].every((entry) => entry.pool.live) },
  { name: 'samples', ok: existsSync(env.STAGE_SEEDED_FILE) },
]);
const server = createFront({
  routes: httpRoutes,
  functions: hosted,
  own(request, response) {
    if (request.url?.split('?')[0] !== '/healthz') return false;
    answerHealth(request, response, health).catch(() => response.destroy());
    return true;
  },
});

function end(): void {
  for (const { pool } of [...hosted.values(), ...tasks.values()]) pool.close();
  process.exit(0);
}
endWithParent(end);
process.once('SIGTERM', end);
process.once('SIGINT', end);
const taskServer = createTaskFront(tasks);
const failed = (error: Error) => {
  console.error(error.message);
  for (const { pool } of [...hosted.values(), ...tasks.values()]) pool.close();
  process.exit(1);
};
server.once('error', failed);
taskServer.once('error', failed);
taskServer.listen(env.STAGE_TASKS_PORT, '127.0.0.1');
server.listen(env.PORT, '127.0.0.1');
