import { CreateQueueCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type QueueName, type QueueResource, queues } from '../../stacks/resources.ts';
import { arns, physical } from './names.ts';
import { sdkConfig } from './sdk-config.ts';

/** Makes the queues, dead-letter queues included; messages that wait stay. */
export async function provisionQueues(endpoint: string): Promise<void> {
  const client = new SQSClient(sdkConfig(endpoint));
  try {
    const names = Object.keys(queues) as QueueName[];
    await Promise.all(
      names.map((name) => client.send(new CreateQueueCommand({ QueueName: physical(name) }))),
    );
    // Only now, since one queue may name another.
    await Promise.all(names.map((name) => configure(client, endpoint, name)));
  } finally {
    client.destroy();
  }
}

async function configure(client: SQSClient, endpoint: string, name: QueueName): Promise<void> {
  const queue: QueueResource = queues[name];
  await client.send(
    new SetQueueAttributesCommand({
      QueueUrl: arns.queueUrl(endpoint, name),
      Attributes: {
        VisibilityTimeout: String(queue.visibilityTimeoutS),
        ...(queue.deadLetter && {
          RedrivePolicy: JSON.stringify({
            deadLetterTargetArn: arns.queue(queue.deadLetter.queue),
            maxReceiveCount: queue.deadLetter.maxReceives,
          }),
        }),
      },
    }),
  );
}
