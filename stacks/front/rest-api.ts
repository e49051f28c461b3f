import { serviceTrust } from '../access/policies.ts';
import { createRoles } from '../access/roles.ts';
import type { DeployedFunction } from '../functions.ts';
import type { Stage } from '../stage.ts';
import { restApiPaths } from './rest-api-paths.ts';

/** A streaming function behind a REST API. */
export interface StreamingApi {
  readonly name: string;
  /** Where it answers, with the API's own stage at the end of the path. */
  readonly url: $util.Output<string>;
}

/** API Gateway's own word for a published version of an API; it stands before every path. */
const published = 'live';

/** The most that a streamed answer may take (API Gateway, "Stream the integration response"); the function ends before. */
const streamTimeoutMs = 900_000;

/** What is written about a request: no address, query, header or body, and of the path only its pattern. */
const accessLogFormat = JSON.stringify({
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  method: '$context.httpMethod',
  path: '$context.resourcePath',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  bytes: '$context.responseLength',
  integrationStatus: '$context.integration.status',
  integrationLatencyMs: '$context.integration.latency',
  integrationError: '$context.integration.error',
});

/**
 * A REST API that hands every request for some prefixes to one function and streams what it answers. Everybody can call
 * it, as they can a function URL: the function asks for the origin secret where the stage has a front, and for the
 * caller's credential everywhere.
 */
export function createStreamingApi(
  stage: Stage,
  name: string,
  of: {
    readonly function: DeployedFunction;
    readonly prefixes: readonly string[];
    readonly keyArn: $util.Output<string>;
  },
): StreamingApi {
  const api = new aws.apigateway.RestApi(`${name}-api`, {
    name: stage.physical(name),
    endpointConfiguration: { types: 'REGIONAL' },
    // Bodies reach the function byte by byte, whatever they say they are.
    binaryMediaTypes: ['*/*'],
  });
  const integrations = integrate(name, api, of);

  const deployment = new aws.apigateway.Deployment(
    `${name}-api-deployment`,
    {
      restApi: api.id,
      // What is published stays as it was until something here is another.
      triggers: {
        definition: $jsonStringify({
          prefixes: of.prefixes,
          function: of.function.streamingInvokeArn,
          streamTimeoutMs,
        }),
      },
    },
    { dependsOn: integrations },
  );
  const stageOfApi = new aws.apigateway.Stage(`${name}-api-stage`, {
    restApi: api.id,
    deployment: deployment.id,
    stageName: published,
    // The functions are not traced, so a trace would end at the API and say no more than its log.
    xrayTracingEnabled: false,
    accessLogSettings: {
      destinationArn: createAccessLog(stage, name, of.keyArn),
      format: accessLogFormat,
    },
  });
  const { chatConcurrency } = stage.settings;
  new aws.apigateway.MethodSettings(`${name}-api-settings`, {
    restApi: api.id,
    stageName: stageOfApi.stageName,
    methodPath: '*/*',
    settings: {
      metricsEnabled: false,
      // Execution logs would hold requests as they came, credentials among them.
      loggingLevel: 'OFF',
      dataTraceEnabled: false,
      // Twice as many at once as can be answered, and as many in a second as could be refused in a quarter of one each.
      throttlingBurstLimit: chatConcurrency * 2,
      throttlingRateLimit: chatConcurrency * 4,
    },
  });
  new aws.lambda.Permission(`${name}-api-invokes`, {
    function: of.function.name,
    action: 'lambda:InvokeFunction',
    principal: 'apigateway.amazonaws.com',
    sourceArn: $interpolate`${api.executionArn}/${published}/*`,
  });
  return { name: stage.physical(name), url: stageOfApi.invokeUrl };
}

/** @returns everything that must be there before the API is published. */
function integrate(
  name: string,
  api: aws.apigateway.RestApi,
  of: { readonly function: DeployedFunction; readonly prefixes: readonly string[] },
): aws.apigateway.Integration[] {
  const ids = new Map<string, $util.Output<string>>([['', api.rootResourceId]]);
  const integrations: aws.apigateway.Integration[] = [];
  for (const { path, parent, part, answers } of restApiPaths(of.prefixes)) {
    const parentId = ids.get(parent);
    if (!parentId) throw new Error(`Nothing is above ${path}.`);
    const label = `${name}-api${path.replace('{proxy+}', 'below').replaceAll('/', '-')}`;
    const resource = new aws.apigateway.Resource(label, { restApi: api.id, parentId, pathPart: part });
    ids.set(path, resource.id);
    if (!answers) continue;
    const method = new aws.apigateway.Method(label, {
      restApi: api.id,
      resourceId: resource.id,
      httpMethod: 'ANY',
      // The function authenticates.
      authorization: 'NONE',
    });
    integrations.push(
      new aws.apigateway.Integration(label, {
        restApi: api.id,
        resourceId: resource.id,
        httpMethod: method.httpMethod,
        integrationHttpMethod: 'POST',
        type: 'AWS_PROXY',
        uri: of.function.streamingInvokeArn,
        responseTransferMode: 'STREAM',
        timeoutMilliseconds: streamTimeoutMs,
      }),
    );
  }
  return integrations;
}

/** @returns the log group's ARN, known once API Gateway may write to it. */
function createAccessLog(stage: Stage, name: string, keyArn: $util.Output<string>): $util.Output<string> {
  const logName = `/aws/apigateway/${stage.physical(name)}`;
  const log = new aws.cloudwatch.LogGroup(`${name}-api-log`, {
    name: logName,
    retentionInDays: stage.settings.logRetentionDays,
    kmsKeyId: keyArn,
  });
  // One role for all APIs of an account and region, which is this stage's alone. API Gateway takes it only with all of
  // these actions (API Gateway Developer Guide, "Permissions for CloudWatch logging"), and says
  // nowhere that it names what it acts for.
  const trust = serviceTrust(stage, 'apigateway', { withoutSource: true });
  const { roleArn } = createRoles(stage, 'api-log', trust, {
    keyArn,
    more: [
      {
        Sid: 'WriteLogs',
        Effect: 'Allow',
        Action: [
          'logs:CreateLogGroup',
          'logs:CreateLogStream',
          'logs:DescribeLogGroups',
          'logs:DescribeLogStreams',
          'logs:PutLogEvents',
          'logs:GetLogEvents',
          'logs:FilterLogEvents',
        ],
        Resource: stage.arn('logs', '*'),
      },
    ],
  });
  const account = new aws.apigateway.Account('api-account', { cloudwatchRoleArn: roleArn });
  return $util.all([log.arn, account.id]).apply(() => stage.arn('logs', `log-group:${logName}`));
}
