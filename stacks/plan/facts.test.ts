import { expect, test } from 'vitest';
import { resource, tinyPlan } from './checks/tiny-plan.ts';
import { logicalDefinition, logicalName, logicalVariable } from './facts.ts';
import { factsOfPlan } from './facts-of-plan.ts';

test('what differs between stages is left out of a name', () => {
  expect(logicalName('arn:aws:sqs:us-east-1:123456789012:atrium-prod-ingest', 'atrium-prod')).toBe('ingest');
  expect(logicalName('atrium-prod-documents-123456789012', 'atrium-prod')).toBe('documents');
  expect(logicalName('atrium-staging-main', 'atrium-prod')).toBe('atrium-staging-main');
  expect(logicalVariable('https://engine.example.com', 'atrium-prod')).toBe('set');
  expect(logicalVariable('http://127.0.0.1:4566/000000000000/atrium-local-ingest', 'atrium-local')).toBe(
    'ingest',
  );
  expect(
    logicalDefinition(
      '{"F": "arn:aws:lambda:us-east-1:000000000000:function:atrium-local-ingest-parse"}',
      'atrium-local',
    ),
  ).toEqual({ F: '<ingest-parse>' });
});

test('the facts of a plan are those of its resources, with what is added to them', () => {
  const facts = factsOfPlan(
    tinyPlan([
      resource('aws:sqs/queue:Queue', 'ingest-queue', {
        name: 'atrium-prod-ingest',
        visibilityTimeoutSeconds: 60,
        redrivePolicy:
          '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:atrium-prod-ingest-dead","maxReceiveCount":5}',
      }),
      resource('aws:sqs/queue:Queue', 'ingest-dead-queue', {
        name: 'atrium-prod-ingest-dead',
        visibilityTimeoutSeconds: 60,
      }),
      resource('aws:s3/bucket:Bucket', 'documents', { bucket: 'atrium-prod-documents-123456789012' }),
      resource('aws:s3/bucketNotification:BucketNotification', 'documents-events', {
        bucket: 'atrium-prod-documents-123456789012',
        queues: [
          {
            queueArn: 'arn:aws:sqs:us-east-1:123456789012:atrium-prod-ingest',
            events: ['s3:ObjectCreated:*'],
            filterPrefix: 'tenants/',
            filterSuffix: '/original',
          },
        ],
      }),
      resource('aws:lambda/function:Function', 'start', {
        name: 'atrium-prod-ingest-start',
        timeout: 30,
        memorySize: 256,
        environment: { variables: { TABLE_NAME: 'atrium-prod-main', AUTH_MODES: '' } },
      }),
      resource('aws:lambda/eventSourceMapping:EventSourceMapping', 'start-queue', {
        batchSize: 10,
        eventSourceArn: 'arn:aws:sqs:us-east-1:123456789012:atrium-prod-ingest',
        functionName: 'arn:aws:lambda:us-east-1:123456789012:function:atrium-prod-ingest-start',
      }),
    ]),
  );
  expect(facts).toMatchObject({
    queues: { ingest: { visibilityTimeoutS: 60, deadLetter: { queue: 'ingest-dead', maxReceives: 5 } } },
    buckets: {
      documents: { versioned: false, notify: [{ prefix: 'tenants/', suffix: '/original', queue: 'ingest' }] },
    },
    functions: { 'ingest-start': { timeoutS: 30, memoryMb: 256 } },
    variables: { 'ingest-start': { TABLE_NAME: 'main', AUTH_MODES: 'set' } },
    sources: { 'ingest -> ingest-start': { batchSize: 10, reportsEach: false } },
  });
});
