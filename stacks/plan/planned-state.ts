import { createPrivateKey } from 'node:crypto';
import { plannedAccount, plannedRegion } from './plan.ts';

type Properties = Record<string, unknown>;

/** Answers to the questions that an app asks about its account, by Pulumi's function token. */
const answers: Readonly<Record<string, (inputs: Properties) => Properties>> = {
  'aws:index/getRegion:getRegion': () => ({ region: plannedRegion, name: plannedRegion, id: plannedRegion }),
  'aws:index/getPartition:getPartition': () => ({
    partition: 'aws',
    dnsSuffix: 'amazonaws.com',
    id: 'aws',
  }),
  'aws:index/getCallerIdentity:getCallerIdentity': () => ({
    accountId: plannedAccount,
    arn: `arn:aws:iam::${plannedAccount}:role/deploys`,
    userId: 'AROAPLANNED',
    id: plannedAccount,
  }),
  'aws:index/getAvailabilityZones:getAvailabilityZones': () => ({
    names: ['a', 'b', 'c', 'd'].map((zone) => plannedRegion + zone),
    zoneIds: ['use1-az1', 'use1-az2', 'use1-az3', 'use1-az4'],
    id: plannedRegion,
  }),
  // The second zone has no GPUs, as some have none: the plans go around it.
  'aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings': ({ filters }) => {
    const types = (filters as { readonly values: string[] }[])[0]?.values ?? [];
    const offers = ['a', 'b', 'c', 'd'].flatMap((zone) =>
      types
        .filter((type) => zone !== 'b' || !type.startsWith('g'))
        .map((type) => ({ zone: plannedRegion + zone, type })),
    );
    return {
      instanceTypes: offers.map(({ type }) => type),
      locations: offers.map(({ zone }) => zone),
      id: plannedRegion,
    };
  },
  'aws:ecr/getAuthorizationToken:getAuthorizationToken': () => ({
    proxyEndpoint: `https://${plannedAccount}.dkr.ecr.${plannedRegion}.amazonaws.com`,
    userName: 'AWS',
    password: 'planned',
    id: plannedRegion,
  }),
  'aws:iam/getPolicyDocument:getPolicyDocument': (inputs) => ({ ...inputs, json: policyJson(inputs) }),
};

interface Statement {
  readonly sid?: string;
  readonly effect?: string;
  readonly actions?: string[];
  readonly notActions?: string[];
  readonly resources?: string[];
  readonly notResources?: string[];
  readonly principals?: readonly { type: string; identifiers: string[] }[];
  readonly conditions?: readonly { test: string; variable: string; values: string[] }[];
}

/** Renders the document as AWS's provider does, with nothing left out. */
function policyJson(inputs: Properties): string {
  const statements = (inputs.statements ?? []) as readonly Statement[];
  const render = (statement: Statement) => {
    const conditions: Record<string, Record<string, string[]>> = {};
    for (const { test, variable, values } of statement.conditions ?? []) {
      conditions[test] = { ...conditions[test], [variable]: values };
    }
    return {
      ...(statement.sid && { Sid: statement.sid }),
      Effect: statement.effect ?? 'Allow',
      ...(statement.actions && { Action: statement.actions }),
      ...(statement.notActions && { NotAction: statement.notActions }),
      ...(statement.resources && { Resource: statement.resources }),
      ...(statement.notResources && { NotResource: statement.notResources }),
      ...(statement.principals && {
        Principal: Object.fromEntries(
          statement.principals.map(({ type, identifiers }) => [type, identifiers]),
        ),
      }),
      ...(statement.conditions && { Condition: conditions }),
    };
  };
  return JSON.stringify({ Version: inputs.version ?? '2012-10-17', Statement: statements.map(render) });
}

/**
 * Answers a question about the account.
 *
 * @throws for a question that has no answer here: a plan must not rest on an invented one.
 */
export function plannedAnswer(token: string, inputs: Properties): Properties {
  const answer = answers[token];
  if (!answer) throw new Error(`The plan has no answer to ${token}; add one to stacks/plan/planned-state.ts`);
  return answer(inputs);
}

const service = (type: string) => type.split(':')[1]?.split('/')[0] ?? '';

/** An Ed25519 key of a fixed seed (RFC 8410), so that a plan is the same every time. It protects nothing. */
const plannedKey = createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 7)]),
  format: 'der',
  type: 'pkcs8',
});
const plannedKeyPem = plannedKey.export({ format: 'pem', type: 'pkcs8' }).toString();

/** The drawn values of a plan. A plan in which one can be read would put it into the state of a deployment. */
const plannedBytes = Buffer.alloc(32, 1).toString('base64');
const plannedPassword = 'planned-planned-planned-planned-planned';

/** Values that must not stand in a plan, whole or within a text. */
export const plannedSecrets: readonly string[] = [
  plannedBytes,
  Buffer.alloc(32, 1).toString('base64url'),
  plannedPassword,
  plannedKeyPem.split('\n')[1] ?? '',
  String(plannedKey.export({ format: 'jwk' }).d),
];

/** What is known only after creation, by type, beyond the inputs, an ARN and a name. */
const outputs: Readonly<Record<string, (physical: string, state: Properties) => Properties>> = {
  'aws:s3/bucket:Bucket': (physical) => ({
    bucket: physical,
    bucketRegionalDomainName: `${physical}.s3.${plannedRegion}.amazonaws.com`,
  }),
  'aws:lambda/function:Function': (physical) => {
    const arn = `arn:aws:lambda:${plannedRegion}:${plannedAccount}:function:${physical}`;
    const invocations = (version: string, path: string) =>
      `arn:aws:apigateway:${plannedRegion}:lambda:path/${version}/functions/${arn}/${path}`;
    return {
      arn,
      name: physical,
      invokeArn: invocations('2015-03-31', 'invocations'),
      responseStreamingInvokeArn: invocations('2021-11-15', 'response-streaming-invocations'),
      qualifiedArn: `${arn}:1`,
      version: '1',
      lastModified: '1970-01-01T00:00:00.000+0000',
    };
  },
  'aws:lambda/functionUrl:FunctionUrl': (physical) => ({
    functionUrl: `https://${physical.toLowerCase()}.lambda-url.${plannedRegion}.on.aws/`,
  }),
  'aws:sqs/queue:Queue': (physical) => ({
    url: `https://sqs.${plannedRegion}.amazonaws.com/${plannedAccount}/${physical}`,
    arn: `arn:aws:sqs:${plannedRegion}:${plannedAccount}:${physical}`,
  }),
  'aws:sfn/stateMachine:StateMachine': (physical) => ({
    arn: `arn:aws:states:${plannedRegion}:${plannedAccount}:stateMachine:${physical}`,
  }),
  'aws:cloudwatch/logGroup:LogGroup': (physical) => ({
    arn: `arn:aws:logs:${plannedRegion}:${plannedAccount}:log-group:${physical}`,
  }),
  'aws:ec2/eip:Eip': (physical) => ({ allocationId: `${physical}-allocation` }),
  'aws:ec2/launchTemplate:LaunchTemplate': () => ({ latestVersion: 1 }),
  'aws:iam/openIdConnectProvider:OpenIdConnectProvider': (_, { url }) => ({
    arn: `arn:aws:iam::${plannedAccount}:oidc-provider/${String(url).replace(/^https:\/\//, '')}`,
  }),
  'aws:iam/role:Role': (physical) => ({ arn: `arn:aws:iam::${plannedAccount}:role/${physical}` }),
  'aws:cloudfront/distribution:Distribution': () => ({
    domainName: 'd111111abcdef8.cloudfront.net',
    hostedZoneId: 'Z2FDTNDATAQYW2',
  }),
  'aws:eks/cluster:Cluster': () => ({
    endpoint: 'https://PLANNED.eks.amazonaws.com',
    certificateAuthority: { data: 'cGxhbm5lZA==' },
    certificateAuthorities: [{ data: 'cGxhbm5lZA==' }],
    identities: [{ oidcs: [{ issuer: `https://oidc.eks.${plannedRegion}.amazonaws.com/id/PLANNED` }] }],
    vpcConfig: { clusterSecurityGroupId: 'sg-planned-cluster' },
  }),
  'aws:eks/nodeGroup:NodeGroup': (physical) => ({
    resources: [{ autoscalingGroups: [{ name: `eks-${physical}` }] }],
  }),
  'aws:ecr/repository:Repository': (physical) => ({
    repositoryUrl: `${plannedAccount}.dkr.ecr.${plannedRegion}.amazonaws.com/${physical}`,
    registryId: plannedAccount,
  }),
  'aws:route53/zone:Zone': (physical) => ({
    zoneId: `Z${Buffer.from(physical).toString('hex').toUpperCase().slice(0, 20)}`,
  }),
  'docker-build:index:Image': () => ({ digest: `sha256:${'0'.repeat(64)}` }),
  'aws:lb/loadBalancer:LoadBalancer': (physical) => ({
    dnsName: `internal-${physical}.elb.${plannedRegion}.amazonaws.com`,
    zoneId: 'Z26RNL4JYFTOTI',
    arnSuffix: `net/${physical}/planned`,
  }),
  'aws:lb/targetGroup:TargetGroup': (physical) => ({ arnSuffix: `targetgroup/${physical}/planned` }),
  'aws:route53/record:Record': (_, { name }) => ({ fqdn: name }),
  'aws:acm/certificate:Certificate': (_, { domainName, subjectAlternativeNames }) => ({
    domainValidationOptions: [...new Set([domainName, ...((subjectAlternativeNames ?? []) as string[])])].map(
      (each) => ({
        domainName: each,
        resourceRecordName: `_planned.${String(each).replace(/^\*\./, '')}`,
        resourceRecordType: 'CNAME',
        resourceRecordValue: '_planned.acm-validations.aws',
      }),
    ),
  }),
  'aws:apigateway/restApi:RestApi': (physical) => ({
    rootResourceId: 'planned-root',
    executionArn: `arn:aws:execute-api:${plannedRegion}:${plannedAccount}:${physical}`,
  }),
  'aws:apigateway/stage:Stage': (_, { stageName }) => ({
    invokeUrl: `https://planned.execute-api.${plannedRegion}.amazonaws.com/${stageName}`,
  }),
  'random:index/randomBytes:RandomBytes': () => ({ base64: plannedBytes }),
  'random:index/randomPassword:RandomPassword': () => ({ result: plannedPassword }),
  'tls:index/privateKey:PrivateKey': () => ({ privateKeyPemPkcs8: plannedKeyPem }),
};

/** The state that a resource would have once it was created from its inputs. */
export function plannedState(type: string, name: string, inputs: Properties): Properties {
  const physical = String(inputs.name ?? inputs.bucket ?? name);
  const state: Properties = { ...inputs };
  if (type.startsWith('aws:')) {
    const kind = type.split(':').pop()?.toLowerCase();
    state.arn ??=
      service(type) === 's3'
        ? `arn:aws:s3:::${physical}`
        : `arn:aws:${service(type)}:${plannedRegion}:${plannedAccount}:${kind}/${physical}`;
    state.name ??= physical;
  }
  return { ...state, ...outputs[type]?.(physical, state) };
}
