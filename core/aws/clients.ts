import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** `AWS_REGION`, or the documented default. Endpoints, where a stage sets them, come from `AWS_ENDPOINT_URL`. */
export const region = () => process.env.AWS_REGION ?? 'us-east-1';

interface WaitOptions {
  readonly endpoint?: string;
  readonly requestTimeoutMs?: number;
}

export interface DocumentClientOptions extends WaitOptions, Pick<DynamoDBClientConfig, 'credentials'> {
  /** Tries of the SDK itself, the first included. Writes whose outcome must be known take 1. */
  readonly maxAttempts?: number;
  /** Connections of somebody else's, whose waits then hold; otherwise the client has its own. */
  readonly requestHandler?: DynamoDBClientConfig['requestHandler'];
}

/** A document client with bounded waits: a call that hangs must end while somebody is still waiting for it. */
export function createDocumentClient(options: DocumentClientOptions = {}): DynamoDBDocumentClient {
  const client = new DynamoDBClient({
    region: region(),
    maxAttempts: options.maxAttempts ?? 3,
    requestHandler: options.requestHandler ?? {
      requestTimeout: options.requestTimeoutMs ?? 3_000,
      // Without this the SDK only warns when the time is up, and goes on waiting.
      throwOnRequestTimeout: true,
      connectionTimeout: 1_000,
      httpAgent: { keepAlive: true, maxSockets: 200 },
      httpsAgent: { keepAlive: true, maxSockets: 200 },
    },
    ...(options.endpoint && { endpoint: options.endpoint }),
    ...(options.credentials && { credentials: options.credentials }),
  });
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

export interface S3Options extends WaitOptions, Pick<S3ClientConfig, 'credentials'> {
  /** Connections of somebody else's, whose waits then hold; otherwise the client has its own. */
  readonly requestHandler?: S3ClientConfig['requestHandler'];
}

/** An S3 client with bounded waits. */
export function createS3(options: S3Options = {}): S3Client {
  return new S3Client({
    region: region(),
    maxAttempts: 3,
    requestHandler: options.requestHandler ?? {
      requestTimeout: options.requestTimeoutMs ?? 20_000,
      throwOnRequestTimeout: true,
      connectionTimeout: 2_000,
    },
    ...(options.endpoint && { endpoint: options.endpoint }),
    ...(options.credentials && { credentials: options.credentials }),
  });
}
