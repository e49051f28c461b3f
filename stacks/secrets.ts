import { acceptedGenerations } from './generations.ts';
import { keep } from './keep.ts';
import { keyPepperOf } from './key-pepper-of.ts';
import { OPERATOR_SECRET, type SecretName, secrets } from './resources.ts';
import { serviceKeysOf } from './service-keys.ts';
import type { Stage } from './stage.ts';
import type { Storage } from './storage.ts';

export interface Secrets {
  /** ARNs by logical name of `resources.ts`, and of the operator's. A stage without a guarded front has no `origin`. */
  readonly arns: Readonly<Record<string, $util.Output<string>>>;
  /** The public halves of the services' keys, as a JWK set in JSON. Not a secret. */
  readonly servicePublicJwks: $util.Output<string>;
  /** What the front sends today; a secret value. Empty where no front is guarded. */
  readonly currentOriginSecret: $util.Output<string>;
}

/** The values of secrets are known to the state, which encrypts them, and to Secrets Manager. */
export function createSecrets(stage: Stage, storage: Storage): Secrets {
  const service = createServiceKeys(stage);
  const origin = stage.settings.guardedFront ? createOriginValues(stage) : undefined;
  return {
    arns: {
      'service-keys': createSecret(stage, storage, 'service-keys', $jsonStringify(service)),
      ...(origin && {
        origin: createSecret(stage, storage, 'origin', $jsonStringify({ accept: origin.accept })),
      }),
      'key-pepper': createKeyPepper(stage, storage),
      [OPERATOR_SECRET]: createOperatorSecret(stage, storage),
    },
    servicePublicJwks: $util.unsecret(service.apply((keys) => JSON.stringify(keys.public_jwks))),
    currentOriginSecret: origin?.current ?? $output(''),
  };
}

/** One key a generation, so that a new one replaces none that is still in use. */
function createServiceKeys(stage: Stage) {
  const keys = acceptedGenerations(stage.installation.serviceKeyGeneration).map(
    (generation) =>
      new tls.PrivateKey(`service-key-${generation}`, { algorithm: 'ED25519' }).privateKeyPemPkcs8,
  );
  return $util.secret($util.all(keys)).apply((pems) => {
    const [, current = ''] = pems;
    return serviceKeysOf(current, pems);
  });
}

function createOriginValues(stage: Stage) {
  const values = acceptedGenerations(stage.installation.originSecretGeneration).map(
    // A header carries it as it is.
    (generation) => new random.RandomPassword(`origin-${generation}`, { length: 48, special: false }).result,
  );
  const accept = $util.secret($util.all(values));
  return { accept, current: accept.apply(([, current = '']) => current) };
}

/**
 * What API keys are hashed with. It is made once and then as lasting as the keys' items: a deployment that would draw
 * another one leaves the value that is there, and nothing turns it.
 */
function createKeyPepper(stage: Stage, storage: Storage) {
  const drawn = new random.RandomBytes('key-pepper', { length: 32 }, keep(stage));
  const value = $util.secret(drawn.base64).apply((base64) => JSON.stringify(keyPepperOf(base64)));
  return createSecret(stage, storage, 'key-pepper', value, {
    ...keep(stage),
    ignoreChanges: ['secretString', 'versionStages'],
  });
}

/** A secret's name stays taken while it can be brought back; a stage that may be removed may be deployed anew. */
const recoveryDays = ({ settings }: Stage) => (settings.retained ? settings.recoveryDays : 0);

function createSecret(
  stage: Stage,
  storage: Storage,
  name: SecretName,
  value: $util.Output<string>,
  ofValue: $util.CustomResourceOptions = {},
) {
  const secret = new aws.secretsmanager.Secret(
    `${name}-secret`,
    {
      name: stage.physical(name),
      description: secrets[name].description,
      kmsKeyId: storage.keyArn,
      recoveryWindowInDays: recoveryDays(stage),
    },
    keep(stage),
  );
  const version = new aws.secretsmanager.SecretVersion(
    `${name}-secret-value`,
    { secretId: secret.id, secretString: value },
    ofValue,
  );
  return known(secret, version);
}

/** The secret that operators fill in. A deployment writes it once, and never again what they have written since. */
function createOperatorSecret(stage: Stage, storage: Storage) {
  const secret = new aws.secretsmanager.Secret(
    'operator-secret',
    {
      name: OPERATOR_SECRET,
      description: 'Keys of services outside: OPENAI_API_KEY and LANGSMITH_API_KEY, both optional',
      kmsKeyId: storage.keyArn,
      recoveryWindowInDays: recoveryDays(stage),
    },
    keep(stage),
  );
  const version = new aws.secretsmanager.SecretVersion(
    'operator-secret-value',
    { secretId: secret.id, secretString: JSON.stringify({ OPENAI_API_KEY: '', LANGSMITH_API_KEY: '' }) },
    { ...keep(stage), ignoreChanges: ['secretString', 'versionStages'] },
  );
  return known(secret, version);
}

/** The ARN of a secret, known once there is a value to be read. */
const known = (secret: aws.secretsmanager.Secret, version: aws.secretsmanager.SecretVersion) =>
  $util.all([secret.arn, version.versionId]).apply(([arn]) => arn);
