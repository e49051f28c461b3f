import { type FunctionResource, functions } from '../../resources.ts';
import type { Plan, PlannedResource } from '../plan.ts';
import {
  type Check,
  type Finding,
  finding,
  ofType,
  physicalName,
  record,
  records,
  refersTo,
  texts,
} from './check.ts';

/** The planned function for a logical name. */
export const functionOf = (plan: Plan, name: string): PlannedResource | undefined =>
  ofType(plan, 'aws:lambda/function:Function').find(
    (each) => physicalName(each) === `${plan.app.name}-${plan.app.stage}-${name}`,
  );

export const variablesOf = (lambda: PlannedResource) => record(record(lambda.inputs.environment).variables);

/** Each function has a limit of time and of memory that somebody chose, and is traced. */
export const boundedFunctions: Check = (plan) =>
  ofType(plan, 'aws:lambda/function:Function').flatMap((each) => [
    ...(Number(each.inputs.timeout) > 0 ? [] : [finding(each, 'it has no timeout of its own')]),
    ...(Number(each.inputs.memorySize) > 0 ? [] : [finding(each, 'it has no memory size of its own')]),
  ]);

const urlOf = (plan: Plan, lambda: PlannedResource) =>
  ofType(plan, 'aws:lambda/functionUrl:FunctionUrl').find(({ inputs }) =>
    refersTo(inputs.functionName, lambda),
  );

/** The integrations of the API that lead to a function. */
const integrationsOf = (plan: Plan, lambda: PlannedResource) =>
  ofType(plan, 'aws:apigateway/integration:Integration').filter(({ inputs }) =>
    String(inputs.uri ?? '').includes(`:function:${physicalName(lambda)}/`),
  );

/** An answer reaches the client while it is made, whatever is in front. */
export const streamingOn: Check = (plan, { front }) =>
  Object.entries<FunctionResource>(functions)
    .filter(([, { url }]) => url === 'streaming')
    .flatMap(([name]): Finding[] => {
      const lambda = functionOf(plan, name);
      if (!lambda) return [{ resource: name, problem: 'it is not in the plan' }];
      if (front === 'function-url') {
        const mode = urlOf(plan, lambda)?.inputs.invokeMode;
        return mode === 'RESPONSE_STREAM'
          ? []
          : [finding(lambda, `its URL does not stream: invoke mode ${mode ?? 'missing'}`)];
      }
      const integrations = integrationsOf(plan, lambda);
      const modes = integrations.map(({ inputs }) => inputs.responseTransferMode);
      return [
        ...(modes.length > 0 && modes.every((mode) => mode === 'STREAM')
          ? []
          : [
              finding(
                lambda,
                `the API in front of it does not stream: response transfer mode ${modes.join() || 'missing'}`,
              ),
            ]),
        ...integrations
          .filter(({ inputs }) => !String(inputs.uri).includes('/response-streaming-invocations'))
          .map((each) => finding(each, 'it does not call the function for a stream')),
      ];
    });

/** Behind a guarded front, a function answers only who knows the origin secret, and the front does. */
export const originSecret: Check = (plan, { settings }) => {
  if (!settings.guardedFront) return [];
  const behind = Object.entries<FunctionResource>(functions).filter(([, { url }]) => url !== undefined);
  const secrets = ofType(plan, 'aws:secretsmanager/secret:Secret').map(physicalName);
  const unguarded = behind.flatMap(([name]): Finding[] => {
    const lambda = functionOf(plan, name);
    if (!lambda) return [{ resource: name, problem: 'it is not in the plan' }];
    const secret = variablesOf(lambda).ORIGIN_SECRET_NAME;
    if (secret === undefined) return [finding(lambda, 'it answers without the origin secret')];
    return secrets.includes(String(secret))
      ? []
      : [finding(lambda, `its origin secret ${secret} is not in the plan`)];
  });
  const distributions = ofType(plan, 'aws:cloudfront/distribution:Distribution');
  const silent = distributions.flatMap((each) => {
    const origins = records(each.inputs.origins);
    const bare = origins.filter((origin) => {
      const headers = records(origin.customHeaders);
      return !headers.some(({ value }) => value === '[secret]');
    });
    return bare.map((origin) => finding(each, `it brings no secret to its origin ${origin.originId}`));
  });
  return [
    ...unguarded,
    ...silent,
    ...(distributions.length > 0
      ? []
      : [{ resource: 'the front', problem: 'no distribution is in the plan' }]),
    ...distributions
      .filter(({ inputs }) => !inputs.webAclId)
      .map((each) => finding(each, 'no firewall is in front of it')),
  ];
};

/** Secrets that functions read when they start, and what says which of their values are current. */
const generations = {
  ORIGIN_SECRET_NAME: 'ORIGIN_SECRET_GENERATION',
  SERVICE_KEYS_SECRET_NAME: 'SERVICE_KEYS_GENERATION',
} as const;

/** A rotation reaches every function at once: it changes the environment, so no worker goes on with old values. */
export const restartedByRotation: Check = (plan) =>
  ofType(plan, 'aws:lambda/function:Function').flatMap((each) => {
    const variables = variablesOf(each);
    return Object.entries(generations)
      .filter(
        ([name, generation]) => variables[name] !== undefined && !/^\d+$/.test(String(variables[generation])),
      )
      .map(([name]) => finding(each, `it may go on with values of ${name} from before a rotation`));
  });

/** No page of anybody's may call with a user's browser. */
export const noOpenCors: Check = (plan) =>
  ofType(plan, 'aws:lambda/functionUrl:FunctionUrl').flatMap((each) =>
    texts(record(each.inputs.cors).allowOrigins).some((origin) => origin.includes('*'))
      ? [finding(each, 'every page may call it from a browser')]
      : [],
  );

/** Nobody but AWS's services and the URL's own caller may invoke a function. */
export const noOpenInvocations: Check = (plan) =>
  ofType(plan, 'aws:lambda/permission:Permission')
    .filter(({ inputs }) => inputs.principal === '*')
    .filter(({ inputs }) => inputs.functionUrlAuthType !== 'NONE' && inputs.invokedViaFunctionUrl !== true)
    .map((each) => finding(each, 'everybody may invoke the function'));
