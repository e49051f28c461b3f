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

/** The request lines go to the log group that is known, from the function that writes them. */
export const requestLinesInKnownGroup: Check = (plan) =>
  ofType(plan, 'aws:lambda/function:Function')
    .filter((each) => physicalName(each) === `${plan.app.name}-${plan.app.stage}-chat`)
    .flatMap((each) =>
      record(each.inputs.loggingConfig).logGroup === logGroup
        ? []
        : [finding(each, `its request lines do not go to ${logGroup}`)],
    );

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
