import { OPERATOR_SECRET } from '../../resources.ts';
import type { PlannedResource } from '../plan.ts';
import {
  type Check,
  type Finding,
  finding,
  type Inputs,
  ofType,
  physicalName,
  record,
  refersTo,
} from './check.ts';
import { otherBuckets } from './described.ts';

const holdsDataOrIdentity = [
  'aws:dynamodb/table:Table',
  'aws:s3/bucket:Bucket',
  'aws:kms/key:Key',
  'aws:secretsmanager/secret:Secret',
  'aws:eks/cluster:Cluster',
  'aws:ecr/repository:Repository',
];

/** AWS's own protection, which holds also for somebody who does not use the app. */
const protectedByAws: Readonly<Record<string, (inputs: Inputs, recoveryDays: number) => string | undefined>> =
  {
    'aws:dynamodb/table:Table': ({ deletionProtectionEnabled }) =>
      deletionProtectionEnabled === true ? undefined : 'its deletion protection is off',
    'aws:eks/cluster:Cluster': ({ deletionProtection }) =>
      deletionProtection === true ? undefined : 'its deletion protection is off',
    'aws:s3/bucket:Bucket': ({ forceDestroy }) =>
      forceDestroy === true ? 'it is removed with all its objects' : undefined,
    'aws:ecr/repository:Repository': ({ forceDelete }) =>
      forceDelete === true ? 'it is removed with all its images' : undefined,
    'aws:kms/key:Key': ({ deletionWindowInDays }, days) =>
      Number(deletionWindowInDays ?? 30) >= days
        ? undefined
        : `deleted, it can be brought back for less than ${days} days`,
    'aws:secretsmanager/secret:Secret': ({ recoveryWindowInDays }, days) =>
      Number(recoveryWindowInDays ?? 30) >= days
        ? undefined
        : `deleted, it can be brought back for less than ${days} days`,
  };

/** Whether every deployment makes again what is in it. */
const isMadeAnew = (each: PlannedResource) =>
  each.type === 'aws:s3/bucket:Bucket' &&
  otherBuckets.some((name) => new RegExp(`-${name}-\\d{12}$`).test(physicalName(each)));

/** Where data must stay, no removal of the app, of a stack or of a line of code takes it away. */
export const retainedInProd: Check = (plan, { settings }) => {
  if (!settings.retained) return [];
  const app: Finding[] = [
    ...(plan.app.protect ? [] : [{ resource: 'the app', problem: '`sst remove` is not refused' }]),
    ...(plan.app.removal === 'remove'
      ? [{ resource: 'the app', problem: 'what leaves the code is removed' }]
      : []),
  ];
  const kept = plan.resources.filter(
    (each) =>
      (holdsDataOrIdentity.includes(each.type) && !isMadeAnew(each)) ||
      (each.type === 'aws:cloudwatch/logGroup:LogGroup' && physicalName(each) === 'multi-tenant-chatbot'),
  );
  return [
    ...app,
    ...ofType(plan, 'aws:lb/loadBalancer:LoadBalancer')
      .filter(({ inputs }) => inputs.enableDeletionProtection !== true)
      .map((each) => finding(each, 'its deletion protection is off')),
    ...kept.flatMap((each) => {
      const weakness = protectedByAws[each.type]?.(each.inputs, settings.recoveryDays);
      return [
        ...(each.options.protect ? [] : [finding(each, 'it is not protected from removal')]),
        ...(each.options.retainOnDelete
          ? []
          : [finding(each, 'it does not outlive its removal from the app')]),
        ...(weakness ? [finding(each, weakness)] : []),
      ];
    }),
  ];
};

/** What operators have written into their secret is never written over by a deployment. */
export const operatorsValuesStay: Check = (plan) => {
  const secret = ofType(plan, 'aws:secretsmanager/secret:Secret').find(
    (each) => physicalName(each) === OPERATOR_SECRET,
  );
  return ofType(plan, 'aws:secretsmanager/secretVersion:SecretVersion')
    .filter(({ inputs }) => secret && refersTo(inputs.secretId, secret))
    .filter(({ options }) => !options.ignoreChanges?.includes('secretString'))
    .map((each) => finding(each, "a deployment writes over the operators' keys"));
};

/** The pepper of keys is drawn once: neither a deployment nor a rotation puts another one in its place. */
export const pepperStays: Check = (plan) => {
  const name = `${plan.app.name}-${plan.app.stage}-key-pepper`;
  const secret = ofType(plan, 'aws:secretsmanager/secret:Secret').find((each) => physicalName(each) === name);
  if (!secret) return [{ resource: name, problem: 'it is not in the plan' }];
  return [
    ...ofType(plan, 'aws:secretsmanager/secretVersion:SecretVersion')
      .filter(({ inputs }) => refersTo(inputs.secretId, secret))
      .filter(({ options }) => !options.ignoreChanges?.includes('secretString'))
      .map((each) => finding(each, 'with another value every API key is an unknown one')),
    ...ofType(plan, 'aws:secretsmanager/secretRotation:SecretRotation')
      .filter(({ inputs }) => refersTo(inputs.secretId, secret))
      .map((each) => finding(each, 'it turns what every API key depends on')),
  ];
};

/** No log is kept for ever, and none shorter than the stage says. */
export const boundedLogs: Check = (plan, { settings }) =>
  ofType(plan, 'aws:cloudwatch/logGroup:LogGroup').flatMap((group) =>
    group.inputs.retentionInDays === settings.logRetentionDays
      ? []
      : [
          finding(
            group,
            `it keeps logs for ${group.inputs.retentionInDays ? `${group.inputs.retentionInDays} days` : 'ever'}, not for ${settings.logRetentionDays} days`,
          ),
        ],
  );

/** Each function and state machine writes to a log group of the plan, whose retention is known. */
export const knownLogGroups: Check = (plan) => {
  const groups = ofType(plan, 'aws:cloudwatch/logGroup:LogGroup').map(physicalName);
  const functions = ofType(plan, 'aws:lambda/function:Function').flatMap((each) => {
    const group = String(record(each.inputs.loggingConfig).logGroup ?? `/aws/lambda/${physicalName(each)}`);
    return groups.includes(group)
      ? []
      : [finding(each, `its log group ${group} is not in the plan, so AWS makes one without a retention`)];
  });
  return functions;
};
