import { expect, test } from 'vitest';
import { functions } from '../../resources.ts';
import { settings } from '../../settings.ts';
import { heardAlarms } from './alarms.ts';
import { closedBuilds, enforcedNetworkPolicies, knownClusterUsers } from './cluster.ts';
import { imagesByDigest } from './names.ts';
import { narrowEndpoints, privateZones } from './network.ts';
import { productionAsPromised } from './production.ts';
import { describedAddresses, functionsInNetwork, reservedChat } from './reach.ts';
import { operatorsValuesStay } from './retention.ts';
import { type Case, change, outcome, prodContext, resource, said } from './tiny-plan.ts';
import { hiddenWhileWorkedOn, workingStarters } from './workflows.ts';

const group = resource('aws:ec2/securityGroup:SecurityGroup', 'functions', {});
const lambdas = Object.entries(functions).map(([name, described]) =>
  resource('aws:lambda/function:Function', name, {
    name: `atrium-prod-${name}`,
    timeout: 15,
    ...('network' in described && { vpcConfig: { subnetIds: ['a'], securityGroupIds: ['functions-id'] } }),
    ...(name === 'chat' && { reservedConcurrentExecutions: prodContext.settings.chatConcurrency }),
  }),
);
const lambda = (wanted: string) => {
  const found = lambdas.find(({ name }) => name === wanted);
  if (!found) throw new Error(wanted);
  return found;
};
const url = (name: string) =>
  resource('aws:lambda/functionUrl:FunctionUrl', name, { functionName: `atrium-prod-${name}` });
const topic = resource('aws:sns/topic:Topic', 'alarms', {});
const listener = resource('aws:sns/topicSubscription:TopicSubscription', 'mail', { topic: 'alarms-id' });
const alarm = resource('aws:cloudwatch/metricAlarm:MetricAlarm', 'late', { alarmActions: ['alarms-id'] });
const queue = resource('aws:sqs/queue:Queue', 'ingest', {
  name: 'atrium-prod-ingest',
  visibilityTimeoutSeconds: 90,
});
const source = resource('aws:lambda/eventSourceMapping:EventSourceMapping', 'ingest', {
  eventSourceArn: 'arn:aws:sqs:us-east-1:123456789012:atrium-prod-ingest',
  functionName: 'arn:aws:lambda:us-east-1:123456789012:function:atrium-prod-ingest-start',
  scalingConfig: { maximumConcurrency: 10 },
});
const schedule = resource('aws:scheduler/schedule:Schedule', 'sweep', {});
const build = resource('aws:codebuild/project:Project', 'deploys', {
  serviceRole: 'arn:aws:iam::123456789012:role/deploys',
  vpcConfig: { subnets: ['a'] },
});
const entry = resource('aws:eks/accessEntry:AccessEntry', 'deploys', {
  principalArn: 'arn:aws:iam::123456789012:role/deploys',
});
const addOn = resource('aws:eks/addon:Addon', 'vpc-cni', {
  addonName: 'vpc-cni',
  configurationValues: '{"enableNetworkPolicy":"true"}',
});
const endpoint = resource('aws:ec2/vpcEndpoint:VpcEndpoint', 'sts', {
  vpcEndpointType: 'Interface',
  privateDnsEnabled: true,
  policy: '{}',
});
const zone = resource('aws:route53/zone:Zone', 'internal', { vpcs: [{ vpcId: 'vpc-id' }] });
const image = resource('aws:lambda/function:Function', 'embed', {
  packageType: 'Image',
  imageUri: `rag-service@sha256:${'0'.repeat(64)}`,
});
const secret = resource('aws:secretsmanager/secret:Secret', 'operator', {
  name: 'multi-tenant-chatbot-secrets',
});
const value = resource(
  'aws:secretsmanager/secretVersion:SecretVersion',
  'operator-value',
  { secretId: 'operator-id' },
  { ignoreChanges: ['secretString'] },
);

const cases: Readonly<Record<string, Case>> = {
  'a function on the wrong side of the network': {
    check: functionsInNetwork,
    sound: [group, ...lambdas],
    mistakes: [
      [change(lambda('chat'), 'vpcConfig', undefined)],
      [change(lambda('chat'), 'vpcConfig.securityGroupIds', ['nodes-id'])],
      [change(lambda('admin'), 'vpcConfig', lambda('chat').inputs.vpcConfig)],
    ],
  },
  'an address that nobody described': {
    check: describedAddresses,
    sound: [...lambdas, url('chat'), url('admin')],
    mistakes: [[url('ingest-start')]],
  },
  'an address past the API': {
    check: describedAddresses,
    sound: [...lambdas, url('admin')],
    mistakes: [[url('chat')]],
    context: { ...prodContext, front: 'api-gateway' },
  },
  'a chat function that others can starve': {
    check: reservedChat,
    sound: lambdas,
    mistakes: [[change(lambda('chat'), 'reservedConcurrentExecutions', undefined)]],
  },
  'an alarm that nobody hears': {
    check: heardAlarms,
    sound: [topic, listener, alarm],
    mistakes: [
      [change(alarm, 'alarmActions', [])],
      [change(alarm, 'actionsEnabled', false)],
      [change(alarm, 'region', 'eu-west-1')],
    ],
    needed: ['alarms', 'mail', 'late'],
  },
  'a starter that is off, or takes everything': {
    check: workingStarters,
    sound: [source, schedule],
    mistakes: [
      [change(source, 'enabled', false)],
      [change(source, 'scalingConfig', undefined)],
      [change(schedule, 'state', 'DISABLED')],
    ],
  },
  'a message that comes again while it is worked on': {
    check: hiddenWhileWorkedOn,
    sound: [source, queue, lambda('ingest-start')],
    mistakes: [[change(queue, 'visibilityTimeoutSeconds', 89)]],
  },
  'somebody in the cluster whom nobody named': {
    check: knownClusterUsers,
    sound: [build, entry],
    mistakes: [
      [change(entry, 'principalArn', 'arn:aws:iam::123456789012:role/atrium-prod-rag')],
      [resource('aws:eks/accessPolicyAssociation:AccessPolicyAssociation', 'x', { principalArn: 'x' })],
    ],
  },
  'network policies that nothing enforces': {
    check: enforcedNetworkPolicies,
    sound: [addOn],
    mistakes: [[change(addOn, 'configurationValues', '{"enableNetworkPolicy":"false"}')]],
    needed: ['vpc-cni'],
  },
  'an open build': {
    check: closedBuilds,
    sound: [build],
    mistakes: [[change(build, 'vpcConfig', undefined)], [change(build, 'environment.privilegedMode', true)]],
  },
  'an endpoint that lets everything through, or is passed by': {
    check: narrowEndpoints,
    sound: [endpoint],
    mistakes: [[change(endpoint, 'policy', undefined)], [change(endpoint, 'privateDnsEnabled', false)]],
  },
  'names for everybody': {
    check: privateZones,
    sound: [zone],
    mistakes: [[change(zone, 'vpcs', undefined)]],
  },
  'an image by its tag': {
    check: imagesByDigest,
    sound: [image],
    mistakes: [[change(image, 'imageUri', 'rag-service:latest')]],
  },
  "operators' keys that a deployment writes over": {
    check: operatorsValuesStay,
    sound: [secret, value],
    mistakes: [[{ ...value, options: {} }]],
  },
};

test.each(Object.keys(cases))('%s is seen, and only that', (each) => {
  const found = cases[each];
  if (!found) throw new Error(each);
  expect(outcome(found)).toEqual({ sound: [], unseen: [] });
});

test('prod cannot be set to less than was promised', () => {
  const saidWith = (more: object) =>
    said(productionAsPromised, [], { ...prodContext, settings: { ...settings.prod, ...more } });
  expect(saidWith({})).toEqual([]);
  const { cluster } = settings.prod;
  for (const less of [
    { retained: false },
    { guardedFront: false },
    { alarms: false },
    { zones: 1 },
    { nat: 'one' },
    { interfaceEndpoints: false },
    { logRetentionDays: 7 },
    { oldVersionDays: 1 },
    { recoveryDays: 7 },
    { cluster: { ...cluster, privateApi: false } },
    { cluster: { ...cluster, cpu: { ...cluster.cpu, capacity: 'SPOT' } } },
  ])
    expect(saidWith(less), JSON.stringify(less)).toHaveLength(1);
});
