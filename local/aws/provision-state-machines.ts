import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  CreateStateMachineCommand,
  DescribeStateMachineCommand,
  SFNClient,
  StateMachineDoesNotExist,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import {
  type FunctionName,
  type StateMachineName,
  type StateMachineResource,
  stateMachines,
} from '../../stacks/resources.ts';
import { arns, physical } from './names.ts';
import { sdkConfig } from './sdk-config.ts';

const projectDir = resolve(import.meta.dirname, '../..');

/** Makes the state machines, or gives them their present definition; executions that run go on with the old one. */
export async function provisionStateMachines(endpoint: string): Promise<void> {
  const client = new SFNClient(sdkConfig(endpoint));
  try {
    for (const name of Object.keys(stateMachines) as StateMachineName[]) {
      const machine: StateMachineResource = stateMachines[name];
      const path = join(projectDir, machine.definition);
      if (!existsSync(path)) continue;
      const definition = substitute(readFileSync(path, 'utf8'), machine.substitutions);
      await put(client, name, definition);
    }
  } finally {
    client.destroy();
  }
}

async function put(client: SFNClient, name: StateMachineName, definition: string): Promise<void> {
  const stateMachineArn = arns.stateMachine(name);
  try {
    const present = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
    if (present.definition === definition) return;
    await client.send(new UpdateStateMachineCommand({ stateMachineArn, definition, roleArn: arns.role }));
  } catch (error) {
    if (!(error instanceof StateMachineDoesNotExist)) throw error;
    await client.send(
      new CreateStateMachineCommand({
        name: physical(name),
        definition,
        roleArn: arns.role,
        type: 'STANDARD',
      }),
    );
  }
}

/**
 * Puts functions' ARNs where a definition says `${Name}`.
 *
 * @throws when a name is left that the resources do not give.
 */
export function substitute(definition: string, names: Readonly<Record<string, FunctionName>>): string {
  return definition.replaceAll(/\$\{([A-Za-z0-9]+)\}/g, (_, name: string) => {
    const target = names[name];
    if (target === undefined) throw new Error(`the definition names \${${name}}, which stands for nothing`);
    return arns.function(target);
  });
}
