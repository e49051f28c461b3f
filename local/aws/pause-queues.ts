import { setTimeout as sleep } from 'node:timers/promises';
import {
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import {
  type FunctionName,
  type FunctionResource,
  functions,
  type QueueName,
} from '../../stacks/resources.ts';
import { arns, physical } from './names.ts';
import { sdkConfig } from './sdk-config.ts';

/**
 * Has queues hand out no more messages, and waits until those that were handed out are done with: a message in hand
 * when the emulator stops would stay hidden for its whole visibility timeout after the next start. `provision` has
 * the queues go on.
 *
 * @throws when the emulator does not answer, or messages are still in hand when `withinMs` have passed.
 */
export async function pauseQueues(endpoint: string, withinMs: number): Promise<void> {
  const lambda = new LambdaClient({ ...sdkConfig(endpoint), maxAttempts: 1 });
  const sqs = new SQSClient({ ...sdkConfig(endpoint), maxAttempts: 1 });
  const abortSignal = AbortSignal.timeout(withinMs);
  try {
    for (const name of Object.keys(functions) as FunctionName[]) {
      const { queue }: FunctionResource = functions[name];
      if (!queue) continue;
      const source = { EventSourceArn: arns.queue(queue.name), FunctionName: physical(name) };
      const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand(source), {
        abortSignal,
      });
      for (const { UUID } of EventSourceMappings) {
        await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }), { abortSignal });
      }
      while ((await inHand(sqs, endpoint, queue.name, abortSignal)) > 0) {
        await sleep(50, undefined, { signal: abortSignal });
      }
    }
  } finally {
    lambda.destroy();
    sqs.destroy();
  }
}

async function inHand(
  sqs: SQSClient,
  endpoint: string,
  queue: QueueName,
  abortSignal: AbortSignal,
): Promise<number> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: arns.queueUrl(endpoint, queue),
      AttributeNames: ['ApproximateNumberOfMessagesNotVisible'],
    }),
    { abortSignal },
  );
  return Number(Attributes?.ApproximateNumberOfMessagesNotVisible ?? 0);
}
