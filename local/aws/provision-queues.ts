import { CreateQueueCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type QueueName, type QueueResource, queues } from '../../stacks/resources.ts';
import { arns, physical } from './names.ts';
import { sdkConfig } from './sdk-config.ts';

/** Makes the queues, dead-letter queues included; messages that wait stay. */
export async function provisionQueues(endpoint: string): Promise<void> {
  const client = new SQSClient(sdkConfig(endpoint));
  try {
    for (const name of Object.keys(queues) as QueueName[]) {
      const queue: QueueResource = queues[name];
      await client.send(new CreateQueueCommand({ QueueName: physical(name) }));
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
  } finally {
    client.destroy();
  }
}
