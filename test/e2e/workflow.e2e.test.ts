import { randomInt } from 'node:crypto';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import {
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { expect, inject, test } from 'vitest';
import { buckets } from '../../stacks/resources.ts';
import { clientOf } from '../support/client.ts';

const aws = {
  endpoint: inject('awsUrl'),
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
};
const states = new SFNClient(aws);
const objects = new S3Client(aws);

test('an upload is one execution that passes every state, and its segment lies in S3', async () => {
  const t2 = clientOf(inject('stageUrl'), 't2');
  const documentId = await t2.upload(
    'execution.txt',
    `The tag of this execution is ${randomInt(1_000_000_000)}.`,
  );
  expect(await t2.settled(documentId)).toMatchObject({ state: 'ready' });

  const { stateMachines } = await states.send(new ListStateMachinesCommand({}));
  const stateMachineArn = stateMachines?.find(({ name }) => name?.endsWith('ingest'))?.stateMachineArn;
  const { executions } = await states.send(new ListExecutionsCommand({ stateMachineArn }));
  const histories = await Promise.all(
    (executions ?? []).map(({ executionArn }) =>
      states.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1_000 })),
    ),
  );
  const own = histories.filter(({ events }) =>
    events?.[0]?.executionStartedEventDetails?.input?.includes(documentId),
  );
  expect(own).toHaveLength(1);
  const entered = own[0]?.events?.flatMap(({ stateEnteredEventDetails: state }) => state?.name ?? []);
  console.log(`states entered: ${entered?.join(', ')}`);
  expect(entered).toEqual(['Parse', 'Chunk', 'Embed', 'Segment', 'Publish']);

  const segment = JSON.stringify(own[0]?.events).match(/seg_[0-9a-z]+/)?.[0];
  const { Contents = [] } = await objects.send(
    new ListObjectsV2Command({
      Bucket: `atrium-local-${Object.keys(buckets)[0]}`,
      Prefix: `tenants/t2/segments/${segment}/`,
    }),
  );
  const files = Contents.map(({ Key }) => Key?.split('/').at(-1)).sort();
  console.log(`segment ${segment}: ${files.join(', ')}`);
  expect(files).toEqual([
    'chunks.jsonl',
    'keywords.sqlite',
    'segment.json',
    'sentences.f32',
    'sentences.jsonl',
    'vectors.faiss',
  ]);
});
