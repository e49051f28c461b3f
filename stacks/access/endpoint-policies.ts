import { OPERATOR_SECRET } from '../resources.ts';
import { type Place, type PolicyDocument, policyDocument, roleArn, type Statement } from './policies.ts';

/**
 * What may pass through an endpoint of the network, whatever the caller's own rights: what this stage has, for callers
 * of this account. So a stolen credential of another account carries nothing out through an endpoint.
 */
export type EndpointService =
  | 's3'
  | 'dynamodb'
  | 'secretsmanager'
  | 'states'
  | 'sqs'
  | 'logs'
  | 'sts'
  | 'ecr.api'
  | 'ecr.dkr';

const own = (
  place: Place,
  Sid: string,
  Action: readonly string[],
  Resource: string | readonly string[],
): Statement => ({
  Sid,
  Effect: 'Allow',
  Principal: '*',
  Action,
  Resource,
  Condition: { StringEquals: { 'aws:PrincipalAccount': place.accountId } },
});

const pull = (place: Place): Statement[] => [
  // AWS keeps the images of its add-ons in an account of its own in each region, so the account is left open here.
  own(
    place,
    'Pull',
    ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchCheckLayerAvailability'],
    `arn:${place.partition}:ecr:${place.region}:*:repository/*`,
  ),
  // This action knows no resource.
  own(place, 'LogIn', ['ecr:GetAuthorizationToken'], '*'),
];

const statements: Readonly<Record<EndpointService, (place: Place) => Statement[]>> = {
  s3: (place) => {
    const buckets = `arn:${place.partition}:s3:::${place.physical('*')}-${place.accountId}`;
    return [
      own(place, 'OwnObjects', ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], `${buckets}/*`),
      own(place, 'OwnBuckets', ['s3:ListBucket'], buckets),
      // Layers of images lie in buckets of the registries: ECR's, that of Kubernetes' own images, and Docker Hub's, to
      // which it sends those who ask from inside AWS (the engine's image). Anybody may ask for these, with an address
      // that the registry has signed or without.
      {
        Sid: 'ImageLayers',
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:GetObject',
        Resource: [
          `arn:${place.partition}:s3:::prod-${place.region}-starport-layer-bucket/*`,
          `arn:${place.partition}:s3:::prod-registry-k8s-io-${place.region}/*`,
          `arn:${place.partition}:s3:::docker-images-prod/*`,
        ],
      },
    ];
  },
  dynamodb: (place) => [
    own(
      place,
      'OwnTables',
      ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'].map(
        (action) => `dynamodb:${action}`,
      ),
      place.arn('dynamodb', `table/${place.physical('*')}`),
    ),
  ],
  secretsmanager: (place) => [
    own(
      place,
      'OwnSecrets',
      ['secretsmanager:GetSecretValue'],
      [
        place.arn('secretsmanager', `secret:${place.physical('*')}`),
        place.arn('secretsmanager', `secret:${OPERATOR_SECRET}-??????`),
      ],
    ),
  ],
  states: (place) => [
    own(
      place,
      'OwnExecutions',
      ['states:StartExecution', 'states:DescribeExecution', 'states:ListExecutions'],
      [
        place.arn('states', `stateMachine:${place.physical('*')}`),
        place.arn('states', `execution:${place.physical('*')}`),
      ],
    ),
  ],
  sqs: (place) => [
    own(
      place,
      'OwnQueues',
      ['sqs:SendMessage', 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      place.arn('sqs', place.physical('*')),
    ),
  ],
  logs: (place) => [
    own(
      place,
      'OwnLogs',
      ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
      [
        place.arn('logs', 'log-group:multi-tenant-chatbot:*'),
        place.arn('logs', `log-group:/aws/*/${place.physical('*')}`),
      ],
    ),
  ],
  sts: (place) => {
    const roles = roleArn(place, place.physical('*'));
    return [
      own(place, 'OwnRoles', ['sts:AssumeRole', 'sts:TagSession'], roles),
      // A pod trades the cluster's token for credentials, so it comes without any. The role's trust decides.
      {
        Sid: 'PodsRoles',
        Effect: 'Allow',
        Principal: '*',
        Action: 'sts:AssumeRoleWithWebIdentity',
        Resource: roles,
      },
      // This action knows no resource, and nobody can be denied it.
      own(place, 'WhoAmI', ['sts:GetCallerIdentity'], '*'),
    ];
  },
  'ecr.api': pull,
  'ecr.dkr': pull,
};

/** The policy of the network's endpoint for the service. */
export const endpointPolicy = (place: Place, service: EndpointService): PolicyDocument =>
  policyDocument(statements[service](place));
