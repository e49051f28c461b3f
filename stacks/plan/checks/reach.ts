import { type FunctionResource, functions } from '../../resources.ts';
import { type Check, type Finding, finding, ofType, record, refersTo, texts } from './check.ts';
import { functionOf } from './functions.ts';

const described = Object.entries<FunctionResource>(functions);

/** The functions that need the cluster are in the network, in their own group; no other one is. */
export const functionsInNetwork: Check = (plan) => {
  const group = ofType(plan, 'aws:ec2/securityGroup:SecurityGroup').find(({ name }) => name === 'functions');
  return described.flatMap(([name, { network }]): Finding[] => {
    const lambda = functionOf(plan, name);
    if (!lambda) return [{ resource: name, problem: 'it is not in the plan' }];
    const { subnetIds, securityGroupIds } = record(lambda.inputs.vpcConfig);
    if (!network)
      return lambda.inputs.vpcConfig
        ? [finding(lambda, 'it is in the network, where it has no business')]
        : [];
    const groups = texts(securityGroupIds);
    return texts(subnetIds).length > 0 && groups.length === 1 && group && refersTo(groups[0], group)
      ? []
      : [finding(lambda, "it is not in the network's private subnets, in the functions' group")];
  });
};

/** Only functions that answer people have an address, and behind an API none that leads past it. */
export const describedAddresses: Check = (plan, { front }) => {
  const open = described
    .filter(([, { url }]) => url === 'buffered' || (url === 'streaming' && front === 'function-url'))
    .map(([name]) => functionOf(plan, name));
  return ofType(plan, 'aws:lambda/functionUrl:FunctionUrl')
    .filter(({ inputs }) => !open.some((lambda) => lambda && refersTo(inputs.functionName, lambda)))
    .map((each) => finding(each, 'it is an address of a function that is to have none'));
};

/** No more of the chat function at a time than the stage's settings say, and as many as they say. */
export const reservedChat: Check = (plan, { settings }) => {
  const chat = functionOf(plan, 'chat');
  return !chat || chat.inputs.reservedConcurrentExecutions === settings.chatConcurrency
    ? []
    : [finding(chat, `it has no ${settings.chatConcurrency} executions of its own`)];
};
