import {
  buckets,
  type Grants,
  tenantList as listIndex,
  OPERATOR_SECRET,
  type TenantData,
  tables,
} from '../resources.ts';

/** A statement of an IAM policy, as AWS takes it. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | Readonly<Record<string, string | readonly string[]>>;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

/** Where the stage is and how its resources are called; `Stage` is one. */
export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  readonly physical: (logical: string) => string;
  readonly unique: (logical: string) => string;
  readonly arn: (service: string, resource: string) => string;
}

export const policyDocument = (statements: readonly Statement[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: statements,
});

export const roleArn = (place: Place, roleName: string) =>
  `arn:${place.partition}:iam::${place.accountId}:role/${roleName}`;

export const bucketArn = (place: Place, bucketName: string) => `arn:${place.partition}:s3:::${bucketName}`;

/** ARNs of secrets end in a random suffix of six characters. */
export const secretArn = (place: Place, secretName: string) =>
  place.arn('secretsmanager', `secret:${secretName}-??????`);

/** The index that lists the tenants. Who may ask it learns nothing of the table's other items. */
export const tenantListArn = (place: Place) =>
  place.arn('dynamodb', `table/${place.physical(listIndex.table)}/index/${listIndex.index}`);

/** The name in AWS of a secret that `resources.ts` names. */
export const secretNameOf = (place: Place, name: string) =>
  name === OPERATOR_SECRET ? OPERATOR_SECRET : place.physical(name);

/** The tenant whose data a session may reach: the one tag that it was made with. */
const tenantTag = 'tenant_id';
const sessionTenant = `\${aws:PrincipalTag/${tenantTag}}`;

/** Exactly one tag, and it is the tenant. `ForAllValues` alone would also hold for a session without any tag. */
const taggedWithTenantOnly = {
  'ForAllValues:StringEquals': { 'aws:TagKeys': [tenantTag] },
  Null: { [`aws:RequestTag/${tenantTag}`]: 'false' },
} as const;

const sessionActions = ['sts:AssumeRole', 'sts:TagSession'] as const;

/** What lets a role work for a tenant: it may become the tenant role, and only by naming one tenant. */
export const workForTenant = (tenantRoleArn: string): Statement => ({
  Sid: 'WorkForTenant',
  Effect: 'Allow',
  Action: sessionActions,
  Resource: tenantRoleArn,
  Condition: taggedWithTenantOnly,
});

/** Who may become a tenant role: the one role that it is for, under the same conditions. */
export const tenantRoleTrust = (trustedRoleArn: string): PolicyDocument =>
  policyDocument([
    {
      Effect: 'Allow',
      Principal: { AWS: trustedRoleArn },
      Action: sessionActions,
      Condition: taggedWithTenantOnly,
    },
  ]);

/**
 * What a session that is tagged with a tenant may do with data: nothing that is not that tenant's.
 *
 * Every statement names the session's tag, and a variable without a value matches nothing, so a session without a tag is
 * denied everything. `ForAllValues` holds for a request that names no key at all; the `Null` beside it closes that
 * (IAM User Guide, "Set operators for multivalued context keys"). The role itself must never be tagged `tenant_id`: a
 * session would inherit it.
 */
export function tenantStatements(place: Place, keyArn: string, data: TenantData): Statement[] {
  const statements: Statement[] = [];
  const may = (
    Sid: string,
    actions: readonly string[],
    rest: Omit<Statement, 'Sid' | 'Effect' | 'Action'>,
  ) => {
    if (actions.length > 0) statements.push({ Sid, Effect: 'Allow', Action: actions, ...rest });
  };
  const tagged = { [`aws:PrincipalTag/${tenantTag}`]: 'false' };
  const bucketArns = Object.keys(buckets).map((name) => bucketArn(place, place.unique(name)));

  may(
    'OwnItems',
    data.table.map((action) => `dynamodb:${action}`),
    {
      Resource: Object.keys(tables).map((name) => place.arn('dynamodb', `table/${place.physical(name)}`)),
      Condition: {
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [`TENANT#${sessionTenant}`] },
        Null: { 'dynamodb:LeadingKeys': 'false', ...tagged },
      },
    },
  );
  const objectActions = { read: 's3:GetObject', write: 's3:PutObject', delete: 's3:DeleteObject' } as const;
  may(
    'OwnObjects',
    data.objects.flatMap((action) => (action === 'list' ? [] : objectActions[action])),
    {
      Resource: bucketArns.map((arn) => `${arn}/tenants/${sessionTenant}/*`),
      Condition: { Null: tagged },
    },
  );
  may('OwnListing', data.objects.includes('list') ? ['s3:ListBucket'] : [], {
    Resource: bucketArns,
    Condition: { StringLike: { 's3:prefix': `tenants/${sessionTenant}/*` }, Null: tagged },
  });

  // The services decrypt with the rights of who asks. Whose data it is they have decided by then, by the above.
  const [reads, writes] = [data.objects.includes('read'), data.objects.includes('write')];
  const services = [...(data.table.length > 0 ? ['dynamodb'] : []), ...(reads || writes ? ['s3'] : [])];
  may('DataKeys', services.length === 0 ? [] : ['kms:Decrypt', ...(writes ? ['kms:GenerateDataKey'] : [])], {
    Resource: keyArn,
    Condition: { StringEquals: { 'kms:ViaService': services.map((each) => viaService(place, each)) } },
  });
  return statements;
}

export const viaService = (place: Place, service: string) => `${service}.${place.region}.amazonaws.com`;

/** What a role may do beside reaching tenants' data. */
export function grantStatements(place: Place, keyArn: string, grants: Grants): Statement[] {
  const statements: Statement[] = [];
  const { secrets = [], executions, tenantList } = grants;
  if (secrets.length > 0) {
    const arns = secrets.map((name) => secretArn(place, secretNameOf(place, name)));
    statements.push(
      { Sid: 'ReadSecrets', Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: arns },
      {
        Sid: 'DecryptSecrets',
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: keyArn,
        Condition: {
          StringEquals: { 'kms:ViaService': viaService(place, 'secretsmanager') },
          StringLike: { 'kms:EncryptionContext:SecretARN': arns },
        },
      },
    );
  }
  if (executions) {
    const name = place.physical(executions.of);
    statements.push(
      {
        Sid: 'StartExecutions',
        Effect: 'Allow',
        Action: ['states:StartExecution', ...(executions.list ? ['states:ListExecutions'] : [])],
        Resource: place.arn('states', `stateMachine:${name}`),
      },
      {
        Sid: 'LookAtExecutions',
        Effect: 'Allow',
        Action: 'states:DescribeExecution',
        Resource: place.arn('states', `execution:${name}:*`),
      },
    );
  }
  if (tenantList) {
    statements.push(
      {
        Sid: 'ListTenants',
        Effect: 'Allow',
        Action: 'dynamodb:Query',
        Resource: tenantListArn(place),
      },
      {
        Sid: 'DecryptTenantList',
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: keyArn,
        Condition: { StringEquals: { 'kms:ViaService': viaService(place, 'dynamodb') } },
      },
    );
  }
  return statements;
}

/**
 * Trust in a service of AWS, acting for this account.
 *
 * @param options.sourceArn what of the account's own it must act for, `*` and `?` allowed.
 * @param options.withoutSource for services that do not say what they act for, such as EC2.
 */
export function serviceTrust(
  place: Place,
  service: string,
  options: { readonly sourceArn?: string; readonly withoutSource?: true } = {},
): PolicyDocument {
  const { sourceArn, withoutSource } = options;
  return policyDocument([
    {
      Effect: 'Allow',
      Principal: { Service: `${service}.amazonaws.com` },
      Action: 'sts:AssumeRole',
      ...(!withoutSource && {
        Condition: {
          StringEquals: { 'aws:SourceAccount': place.accountId },
          ...(sourceArn !== undefined && { ArnLike: { 'aws:SourceArn': sourceArn } }),
        },
      }),
    },
  ]);
}

/**
 * Trust in the pods of one service account of the cluster.
 *
 * @param options.issuer of the cluster, without `https://`.
 */
export const podTrust = (options: {
  readonly providerArn: string;
  readonly issuer: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}): PolicyDocument =>
  policyDocument([
    {
      Effect: 'Allow',
      Principal: { Federated: options.providerArn },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: {
          [`${options.issuer}:aud`]: 'sts.amazonaws.com',
          [`${options.issuer}:sub`]: `system:serviceaccount:${options.namespace}:${options.serviceAccount}`,
        },
      },
    },
  ]);
