import { expect, test } from 'vitest';
import { requestLine } from '../../core/telemetry/request-line.ts';
import { vouchForTenant } from '../../core/tenants/tenant-id.ts';
import { alarmTopicPolicy } from '../access/alarm-topic-policy.ts';
import { functions, queues, REQUEST_LOG_GROUP, stateMachines } from '../resources.ts';
import { alarmArgs } from './alarm-definition.ts';
import { alarmsOf } from './alarms-of.ts';
import { fleetMetrics } from './fleet-metrics.ts';

const watched = {
  physical: (name: string) => `atrium-test-${name}`,
  stateMachineArn: (name: string) => `arn:states:${name}`,
  chatConcurrency: 50,
  distributionId: 'E1',
  loadBalancer: { arnSuffix: 'net/x/1', targetGroups: { rag: 'targetgroup/rag/1' } },
  deployProject: 'deploys',
};
const alarms = alarmsOf<string>(watched);
const named = (name: string, of = alarms) => {
  const found = of.find((alarm) => alarm.name === name);
  if (!found) throw new Error(`no alarm ${name}`);
  return found;
};

test('names are unique, and everyone who is woken reads what it means and where to look', () => {
  expect(new Set(alarms.map(({ name }) => name)).size).toBe(alarms.length);
  for (const { name, means } of alarms) {
    expect(means, name).toMatch(/\. First look: .{7}/);
    // What CloudWatch takes.
    expect(means.length, name).toBeLessThanOrEqual(1_024);
  }
});

test('whatever nobody else would notice failing is watched', () => {
  for (const [name, each] of Object.entries(functions)) {
    if ('queue' in each || 'schedule' in each) named(`${name}-errors`);
    if ('url' in each) [named(`${name}-crashes`), named(`${name}-server-errors`)];
  }
  for (const [name, each] of Object.entries(queues)) {
    if ('deadLetter' in each) [named(`${name}-age`), named(`${each.deadLetter.queue}-filled`)];
  }
  for (const name of Object.keys(stateMachines)) named(`${name}-executions`);
});

test('a message is late only when all its tries could have been', () => {
  const { visibilityTimeoutS, deadLetter } = queues.ingest;
  expect(named('ingest-age').threshold).toBe(visibilityTimeoutS * deadLetter.maxReceives);
});

test('concurrency is told of before requests are turned away', () => {
  expect(named('chat-concurrency')).toMatchObject({ threshold: 40, when: 'above' });
});

test('behind a REST API its answers are counted, not those of the function URL that nobody calls', () => {
  const behind = alarmsOf<string>({ ...watched, streamingApi: 'atrium-test-chat' });
  const metrics = (name: string, of = alarms) => JSON.stringify(named(name, of).measure);
  expect(metrics('chat-server-errors')).toContain('Url5xxCount');
  expect(metrics('chat-server-errors', behind)).toContain('AWS/ApiGateway');
  expect(metrics('chat-server-errors', behind)).not.toContain('Url5xxCount');
  expect(metrics('admin-server-errors', behind)).toContain('Url5xxCount');
});

test('what a stage lacks is not watched', () => {
  const { physical, stateMachineArn, chatConcurrency } = watched;
  const names = alarmsOf<string>({ physical, stateMachineArn, chatConcurrency }).map(({ name }) => name);
  expect(names).not.toContain('front-errors');
  expect(names).not.toContain('rag-unreachable');
  expect(names).not.toContain('cluster-deploys');
});

test('only what CloudFront measures is watched beside it', () => {
  expect(alarms.filter(({ atEdge }) => atEdge).map(({ name }) => name)).toEqual(['front-errors']);
});

test('services that say nothing are taken for gone, quiet chats are not', () => {
  expect(alarmArgs(named('rag-unreachable'))).toMatchObject({
    treatMissingData: 'breaching',
    comparisonOperator: 'LessThanThreshold',
    threshold: 1,
  });
  expect(alarmArgs(named('chat-failures')).treatMissingData).toBe('notBreaching');
});

test('percentiles of ten requests and more are told of, however few requests a stage has', () => {
  const queries = (name: string) => {
    const args = alarmArgs(named(name));
    if (!('metricQueries' in args)) throw new Error(`${name} is not a figure`);
    return args.metricQueries;
  };
  for (const name of ['chat-latency', 'chat-first-token']) {
    expect(queries(name)).toMatchObject([
      { expression: 'IF(FILL(count, 0) >= 10, value, 0)', returnData: true },
      { id: 'value', metric: { stat: 'p95' } },
      { id: 'count', metric: { stat: 'SampleCount' } },
    ]);
  }
  for (const { name, measure } of alarms) {
    if ('statistic' in measure) expect(measure.statistic, name).not.toMatch(/^p\d/);
  }
});

test('an expression names exactly the metrics beside it', () => {
  for (const { name, measure } of alarms) {
    if (!('expression' in measure)) continue;
    const used = new Set(measure.expression.match(/\b[a-z]\w*\b/g));
    expect(used, name).toEqual(new Set(Object.keys(measure.of)));
    // CloudWatch takes ten metrics in one alarm.
    expect(Object.keys(measure.of).length, name).toBeLessThanOrEqual(10);
  }
});

test('the fields that the fleet is counted from are in every line, in the log group that it is counted in', () => {
  const line = JSON.parse(
    requestLine(
      {
        tenant: vouchForTenant('t1'),
        messageId: 'msg_1',
        route: 'GENERAL',
        status: 503,
        latencyMs: 1_200,
        firstTokenMs: 300,
        chunkIds: [],
        citations: [],
        decidedBy: 'admitted',
        promptTokens: 1,
        completionTokens: 1,
        costUsd: 0,
        degraded: true,
      },
      0,
    ),
  );
  expect(line._aws.LogGroupName).toBe(REQUEST_LOG_GROUP);
  for (const { pattern, value } of Object.values(fleetMetrics)) {
    const [, field = '', test = ''] = /^\{ \$\.(\w+) (.+) \}$/.exec(pattern) ?? [];
    expect(typeof line[field], field).toBe(test === 'IS TRUE' ? 'boolean' : 'number');
    if (value.startsWith('$.')) expect(value).toBe(`$.${field}`);
  }
});

test("only CloudWatch sends to the topic, for this account's alarms of this stage, and over TLS", () => {
  const policy = alarmTopicPolicy('arn:topic', 'arn:alarms:atrium-test-*', '123456789012');
  const allowed = policy.Statement.filter(({ Effect }) => Effect === 'Allow');
  expect(allowed).toEqual([
    {
      Sid: 'AlarmsOfTheStage',
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: 'sns:Publish',
      Resource: 'arn:topic',
      Condition: {
        StringEquals: { 'aws:SourceAccount': '123456789012' },
        ArnLike: { 'aws:SourceArn': 'arn:alarms:atrium-test-*' },
      },
    },
  ]);
  expect(policy.Statement).toContainEqual(
    expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
  );
});
