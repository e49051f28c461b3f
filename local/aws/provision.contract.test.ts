import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { queues } from '../../stacks/resources.ts';
import { type Emulator, startEmulator } from '../../test/support/emulator.ts';
import { arns, physical } from './names.ts';
import { provision } from './provision.ts';
import { provisionBuckets } from './provision-buckets.ts';
import { provisionQueues } from './provision-queues.ts';
import { sdkConfig } from './sdk-config.ts';

const settings = { EMBEDDER_MODEL_PATH: '/models/a.onnx', EMBEDDER_TOKENIZER_PATH: '/models/a.json' };
let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
  // Without the function that would take the messages away.
  await provisionQueues(emulator.endpoint);
  await provisionBuckets(emulator.endpoint);
});
afterAll(() => emulator?.stop());

const secretOf = async (name: string) => {
  const client = new SecretsManagerClient(sdkConfig(emulator.endpoint));
  return JSON.parse((await client.send(new GetSecretValueCommand({ SecretId: name }))).SecretString ?? '');
};

test('an uploaded original is announced on the queue, and nothing else is', async () => {
  const s3 = new S3Client({ ...sdkConfig(emulator.endpoint), forcePathStyle: true });
  const put = (Key: string) => s3.send(new PutObjectCommand({ Bucket: emulator.bucketName, Key, Body: 'x' }));
  await put('tenants/t1/documents/d/v1/text.txt');
  await put('elsewhere/original');
  await put('tenants/t1/documents/d/v1/original');
  const sqs = new SQSClient(sdkConfig(emulator.endpoint));
  const keys: string[] = [];
  const receive = new ReceiveMessageCommand({
    QueueUrl: arns.queueUrl(emulator.endpoint, 'ingest'),
    MaxNumberOfMessages: 10,
    WaitTimeSeconds: 1,
  });
  for (let i = 0; i < 3; i++) {
    for (const message of (await sqs.send(receive)).Messages ?? []) {
      for (const record of JSON.parse(message.Body ?? '{}').Records ?? []) keys.push(record.s3.object.key);
    }
  }
  expect(keys).toEqual(['tenants/t1/documents/d/v1/original']);
});

test('a second run brings functions up to date, and keeps keys and queues', async () => {
  await provision(emulator.endpoint, { settings });
  const keys = await secretOf(physical('service-keys'));
  expect(keys).toMatchObject({
    private_jwk: { crv: 'Ed25519' },
    public_jwks: { keys: [{ crv: 'Ed25519', x: keys.private_jwk.x }] },
  });
  expect(await secretOf('multi-tenant-chatbot-secrets')).toEqual({});
  const pepper = await secretOf(physical('key-pepper'));
  expect(Buffer.from(pepper.pepper, 'base64url')).toHaveLength(32);

  await provision(emulator.endpoint, { settings: { ...settings, EMBEDDER_MODEL_PATH: '/models/b.onnx' } });
  expect(await secretOf(physical('service-keys'))).toEqual(keys);
  expect(await secretOf(physical('key-pepper'))).toEqual(pepper);
  const lambda = new LambdaClient(sdkConfig(emulator.endpoint));
  const present = await lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: physical('ingest-embed') }),
  );
  expect(present.Environment?.Variables).toMatchObject({
    TABLE_NAME: emulator.tableName,
    EMBEDDER_MODEL_PATH: '/models/b.onnx',
  });
  const sqs = new SQSClient(sdkConfig(emulator.endpoint));
  const queue = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: arns.queueUrl(emulator.endpoint, 'ingest'),
      AttributeNames: ['RedrivePolicy', 'VisibilityTimeout'],
    }),
  );
  expect(queue.Attributes?.VisibilityTimeout).toBe(String(queues.ingest.visibilityTimeoutS));
  expect(JSON.parse(queue.Attributes?.RedrivePolicy ?? '{}')).toMatchObject({
    deadLetterTargetArn: arns.queue('ingest-dead'),
  });
});

test("service keys in an older version's form are replaced, by those that the services already have", async () => {
  const client = new SecretsManagerClient(sdkConfig(emulator.endpoint));
  const SecretId = physical('service-keys');
  const { private_jwk, public_jwks } = await secretOf(SecretId);
  const older = JSON.stringify({ private_jwk, public_jwk: public_jwks.keys[0] });
  const putOlder = () => client.send(new PutSecretValueCommand({ SecretId, SecretString: older }));
  await putOlder();
  await provision(emulator.endpoint, { settings });
  const serviceKeys = await secretOf(SecretId);
  expect(serviceKeys.public_jwks.keys).toHaveLength(1);
  // The emulator was killed and began anew with what it had saved before.
  await putOlder();
  const { pepper: keyPepper } = await secretOf(physical('key-pepper'));
  await provision(emulator.endpoint, { settings, secrets: { serviceKeys, keyPepper } });
  expect(await secretOf(SecretId)).toEqual(serviceKeys);
});

test('an emulator that has lost its secrets gets those that processes already have', async () => {
  const [SecretId, pepperId] = [physical('service-keys'), physical('key-pepper')];
  const serviceKeys = await secretOf(SecretId);
  const { pepper: keyPepper } = await secretOf(pepperId);
  const client = new SecretsManagerClient(sdkConfig(emulator.endpoint));
  const lose = async () => {
    for (const each of [SecretId, pepperId])
      await client.send(new DeleteSecretCommand({ SecretId: each, ForceDeleteWithoutRecovery: true }));
  };
  await lose();
  await provision(emulator.endpoint, { settings, secrets: { serviceKeys, keyPepper } });
  expect([await secretOf(SecretId), await secretOf(pepperId)]).toEqual([serviceKeys, { pepper: keyPepper }]);
  await lose();
  await provision(emulator.endpoint, { settings });
  expect((await secretOf(pepperId)).pepper).not.toBe(keyPepper);
});
