import { images, OPERATOR_SECRET } from '../../resources.ts';
import { type Check, finding, missing, ofType, physicalName, record, refersTo } from './check.ts';

const logGroup = 'multi-tenant-chatbot';

/** The names that people and dashboards depend on. */
export const knownNames: Check = (plan) => {
  const groups = ofType(plan, 'aws:cloudwatch/logGroup:LogGroup').map(physicalName);
  const secrets = ofType(plan, 'aws:secretsmanager/secret:Secret').map(physicalName);
  const repositories = ofType(plan, 'aws:ecr/repository:Repository').map(physicalName);
  return [
    ...(groups.includes(logGroup) ? [] : [missing(`log group ${logGroup}`)]),
    ...(secrets.includes(OPERATOR_SECRET) ? [] : [missing(`secret ${OPERATOR_SECRET}`)]),
    ...images.filter((name) => !repositories.includes(name)).map((name) => missing(`repository ${name}`)),
  ];
};

/** What was deployed under a tag stays what it was, and is looked at for known weaknesses. */
export const immutableImages: Check = (plan) =>
  ofType(plan, 'aws:ecr/repository:Repository').flatMap((repository) => [
    ...(repository.inputs.imageTagMutability === 'IMMUTABLE'
      ? []
      : [finding(repository, 'its tags can be moved')]),
    ...(record(repository.inputs.imageScanningConfiguration).scanOnPush === true
      ? []
      : [finding(repository, 'its images are not scanned')]),
  ]);

/** What runs is the image that was built for this deployment, by its digest: a tag says less. */
export const imagesByDigest: Check = (plan) =>
  ofType(plan, 'aws:lambda/function:Function')
    .filter(({ inputs }) => inputs.packageType === 'Image')
    .filter(({ inputs }) => !/@sha256:[0-9a-f]{64}$/.test(String(inputs.imageUri)))
    .map((each) => finding(each, `it runs whatever ${each.inputs.imageUri} is at the moment`));

/** The request lines go to the log group that is known, from the function that writes them. */
export const requestLinesInKnownGroup: Check = (plan) =>
  ofType(plan, 'aws:lambda/function:Function')
    .filter((each) => physicalName(each) === `${plan.app.name}-${plan.app.stage}-chat`)
    .flatMap((each) => {
      const { logGroup: group, applicationLogLevel = 'INFO' } = record(each.inputs.loggingConfig);
      return [
        ...(group === logGroup ? [] : [finding(each, `its request lines do not go to ${logGroup}`)]),
        ...(['INFO', 'DEBUG', 'TRACE'].includes(String(applicationLogLevel))
          ? []
          : [finding(each, `its request lines are below the level ${applicationLogLevel}`)]),
      ];
    });

/** Each secret has a first value, so that what reads it starts. */
export const filledSecrets: Check = (plan) =>
  ofType(plan, 'aws:secretsmanager/secret:Secret')
    .filter(
      (secret) =>
        !ofType(plan, 'aws:secretsmanager/secretVersion:SecretVersion').some(({ inputs }) =>
          refersTo(inputs.secretId, secret),
        ),
    )
    .map((secret) => finding(secret, 'it has no value to begin with'));
