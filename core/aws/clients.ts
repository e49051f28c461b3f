import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** `AWS_REGION`, or the documented default. Endpoints, where a stage sets them, come from `AWS_ENDPOINT_URL`. */
export const region = () => process.env.AWS_REGION ?? 'us-east-1';

/**
 * A document client with bounded waits: a call that hangs must end while somebody is still waiting for it.
 *
 * @param maxAttempts tries of the SDK itself, the first included. Writes whose outcome must be known take 1.
 */
export function createDocumentClient(
  options: { endpoint?: string; maxAttempts?: number; requestTimeoutMs?: number } = {},
): DynamoDBDocumentClient {
  const client = new DynamoDBClient({
    region: region(),
    maxAttempts: options.maxAttempts ?? 3,
    requestHandler: {
      requestTimeout: options.requestTimeoutMs ?? 3_000,
      // Without this the SDK only warns when the time is up, and goes on waiting.
      throwOnRequestTimeout: true,
      connectionTimeout: 1_000,
      httpAgent: { keepAlive: true, maxSockets: 200 },
      httpsAgent: { keepAlive: true, maxSockets: 200 },
    },
    ...(options.endpoint && { endpoint: options.endpoint }),
  });
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

/** An S3 client with bounded waits. */
export function createS3(options: { endpoint?: string; requestTimeoutMs?: number } = {}): S3Client {
  return new S3Client({
    region: region(),
    maxAttempts: 3,
    requestHandler: {
      requestTimeout: options.requestTimeoutMs ?? 20_000,
      throwOnRequestTimeout: true,
      connectionTimeout: 2_000,
    },
    ...(options.endpoint && { endpoint: options.endpoint }),
  });
}
