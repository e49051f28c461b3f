import {
  CreateBucketCommand,
  HeadBucketCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { type BucketName, type BucketResource, buckets } from '../../stacks/resources.ts';
import { arns, physical } from './names.ts';
import { sdkConfig } from './sdk-config.ts';

/** Makes the buckets, and has them announce new objects where `announce` is not `false`. */
export async function provisionBuckets(
  endpoint: string,
  options: { announce?: boolean } = {},
): Promise<void> {
  const client = new S3Client({ ...sdkConfig(endpoint), forcePathStyle: true });
  try {
    for (const name of Object.keys(buckets) as BucketName[]) {
      const Bucket = physical(name);
      if (!(await exists(client, Bucket))) await client.send(new CreateBucketCommand({ Bucket }));
      await client.send(
        new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }),
      );
      if (options.announce !== false) await announce(client, Bucket, buckets[name]);
    }
  } finally {
    client.destroy();
  }
}

async function exists(client: S3Client, Bucket: string): Promise<boolean> {
  try {
    await client.send(new HeadBucketCommand({ Bucket }));
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'NotFound') return false;
    throw error;
  }
}

async function announce(client: S3Client, Bucket: string, bucket: BucketResource): Promise<void> {
  await client.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket,
      NotificationConfiguration: {
        QueueConfigurations: bucket.notify.map((rule, index) => ({
          Id: `notify-${index}`,
          QueueArn: arns.queue(rule.queue),
          Events: ['s3:ObjectCreated:*'],
          Filter: {
            Key: {
              FilterRules: [
                { Name: 'prefix', Value: rule.prefix },
                { Name: 'suffix', Value: rule.suffix },
              ],
            },
          },
        })),
      },
    }),
  );
}
