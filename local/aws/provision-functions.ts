import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
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
import { zipOfOne } from './zip.ts';

const projectDir = resolve(import.meta.dirname, '../..');

/**
 * Makes the functions that no URL leads to, and connects those that a queue feeds. Each is a custom runtime whose
 * archive holds one script: it starts this project's own Node with the task runtime and the handler's module, so
 * that a change of the source needs no new archive.
 */
export async function provisionFunctions(endpoint: string, settings: Settings): Promise<void> {
  const client = new LambdaClient(sdkConfig(endpoint));
  try {
    await Promise.all(
      (Object.keys(functions) as FunctionName[]).map(async (name) => {
        const resource: FunctionResource = functions[name];
        if (resource.url) return;
        await putFunction(client, name, resource, functionEnv(name, endpoint, settings));
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
  env: Record<string, string>,
): Promise<void> {
  const FunctionName = physical(name);
  const zip = zipOfOne('bootstrap', Buffer.from(bootstrap(resource.handler)));
  const configuration = {
    FunctionName,
    Role: arns.role,
    Handler: resource.handler,
    Timeout: resource.timeoutS,
    MemorySize: resource.memoryMb,
    Environment: { Variables: env },
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

/** The script that the emulator starts as the function's runtime. */
function bootstrap(handler: string): string {
  const runtime = join(projectDir, 'local/lambda-host/task-runtime.ts');
  const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  return [
    '#!/bin/sh',
    `export ATRIUM_HANDLER=${quoted(handler)}`,
    `cd ${quoted(projectDir)} && exec ${quoted(process.execPath)} ${quoted(runtime)}`,
    '',
  ].join('\n');
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
