import { createHash } from 'node:crypto';
import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  ResourceNotFoundException,
  UpdateEventSourceMappingCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { type FunctionName, type FunctionResource, functions } from '../../stacks/resources.ts';
import { functionEnv, type Settings } from './function-env.ts';
import { arns, physical } from './names.ts';
import { sdkConfig } from './sdk-config.ts';
import { taskBootstrap } from './task-bootstrap.ts';
import { zipOfOne } from './zip.ts';

/** How long an event may wait for a worker in the Lambda host, in s; Lambda itself allows no more than 900 in all. */
const maxQueuedS = 600;

/**
 * Makes the functions that no URL leads to, as custom runtimes, and connects those that a queue feeds.
 *
 * @param options.taskHost see `taskBootstrap`.
 */
export async function provisionFunctions(
  endpoint: string,
  options: { settings: Settings; taskHost?: string },
): Promise<void> {
  const client = new LambdaClient(sdkConfig(endpoint));
  try {
    await Promise.all(
      (Object.keys(functions) as FunctionName[]).map(async (name) => {
        const resource: FunctionResource = functions[name];
        if (resource.url) return;
        await putFunction(client, name, resource, {
          script: taskBootstrap(name, options.taskHost),
          // The host keeps a function's own timeout; what waits for a worker there has not begun yet.
          timeoutS: resource.timeoutS + (options.taskHost ? maxQueuedS : 0),
          env: functionEnv(name, endpoint, options.settings),
        });
        if (resource.queue) await connectQueue(client, name, resource.queue);
      }),
    );
  } finally {
    client.destroy();
  }
}

async function putFunction(
  client: LambdaClient,
  name: FunctionName,
  resource: FunctionResource,
  how: { script: string; timeoutS: number; env: Record<string, string> },
): Promise<void> {
  const FunctionName = physical(name);
  const zip = zipOfOne('bootstrap', Buffer.from(how.script));
  const configuration = {
    FunctionName,
    Role: arns.role,
    Handler: resource.handler,
    Timeout: how.timeoutS,
    MemorySize: resource.memoryMb,
    Environment: { Variables: how.env },
  };
  try {
    const present = await client.send(new GetFunctionConfigurationCommand({ FunctionName }));
    if (present.CodeSha256 !== createHash('sha256').update(zip).digest('base64')) {
      await client.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: zip }));
    }
    await client.send(new UpdateFunctionConfigurationCommand(configuration));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    await client.send(
      new CreateFunctionCommand({ ...configuration, Runtime: 'provided.al2023', Code: { ZipFile: zip } }),
    );
  }
}

async function connectQueue(
  client: LambdaClient,
  name: FunctionName,
  queue: NonNullable<FunctionResource['queue']>,
): Promise<void> {
  const EventSourceArn = arns.queue(queue.name);
  const FunctionName = physical(name);
  const wanted = {
    BatchSize: queue.batchSize,
    FunctionResponseTypes: ['ReportBatchItemFailures' as const],
    Enabled: true,
  };
  const present = await client.send(new ListEventSourceMappingsCommand({ EventSourceArn, FunctionName }));
  const UUID = present.EventSourceMappings?.[0]?.UUID;
  if (UUID === undefined) {
    await client.send(new CreateEventSourceMappingCommand({ EventSourceArn, FunctionName, ...wanted }));
  } else {
    await client.send(new UpdateEventSourceMappingCommand({ UUID, FunctionName, ...wanted }));
  }
}
