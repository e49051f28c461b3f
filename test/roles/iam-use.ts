import { z } from 'zod';
import { emulatedPlace } from './emulated-place.ts';

/** What a request must be allowed: an action on a resource. */
export interface IamUse {
  readonly action: string;
  readonly resource: string;
  /** Of an item: its partition key, which `dynamodb:LeadingKeys` is about. */
  readonly partition?: string;
}

export interface SignedRequest {
  /** As the signature names it. */
  readonly service: string;
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/**
 * Reads off a request to AWS which actions it needs, and on what (Service Authorization Reference). What this does not
 * know is an action that nobody is granted.
 */
export function iamUses(request: SignedRequest): IamUse[] {
  const operation =
    String(request.headers['x-amz-target'] ?? '')
      .split('.')
      .at(-1) ?? '';
  if (request.service === 's3') return objectUses(request);
  if (request.service === 'sts') return sessionUses(request.body);
  if (request.service === 'dynamodb') return itemUses(operation, JSON.parse(request.body));
  const named = z
    .object({ SecretId: z.string(), stateMachineArn: z.string(), executionArn: z.string() })
    .partial()
    .parse(JSON.parse(request.body));
  // A secret's ARN ends in six characters that only AWS knows.
  const secret = `secret:${named.SecretId}-000000`;
  const resource = named.stateMachineArn ?? named.executionArn ?? emulatedPlace.arn('secretsmanager', secret);
  return [{ action: `${request.service}:${operation}`, resource }];
}

const keySchema = z.looseObject({ pk: z.object({ S: z.string() }) });
const partSchema = z.looseObject({
  TableName: z.string(),
  IndexName: z.string().optional(),
  Key: keySchema.optional(),
  Item: keySchema.optional(),
  ExpressionAttributeValues: z
    .looseObject({ ':pk': z.object({ S: z.string() }) })
    .optional()
    .catch(undefined),
});
const transactionSchema = z.object({ TransactItems: z.array(z.record(z.string(), partSchema)) });
const partActions: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
};

/** A transaction is no action of its own: each part is the operation that it does. */
function itemUses(operation: string, body: unknown): IamUse[] {
  const parts =
    operation === 'TransactWriteItems'
      ? transactionSchema
          .parse(body)
          .TransactItems.flatMap((item) =>
            Object.entries(item).map(([kind, part]) => [partActions[kind] ?? kind, part] as const),
          )
      : [[operation, partSchema.parse(body)] as const];
  return parts.map(([action, part]) => ({
    action: `dynamodb:${action}`,
    resource: emulatedPlace.arn('dynamodb', `table/${part.TableName}${indexPart(part.IndexName)}`),
    partition: (part.Key ?? part.Item)?.pk.S ?? part.ExpressionAttributeValues?.[':pk'].S ?? '',
  }));
}

/** An index has an ARN of its own, below its table's, and whoever asks it needs rights there. */
const indexPart = (name: string | undefined) => (name === undefined ? '' : `/index/${name}`);

const objectActions: Readonly<Record<string, string>> = {
  GET: 's3:GetObject',
  HEAD: 's3:GetObject',
  PUT: 's3:PutObject',
  DELETE: 's3:DeleteObject',
};

function objectUses({ method, target, body }: SignedRequest): IamUse[] {
  const url = new URL(target, 'http://aws');
  const [bucket = '', ...path] = url.pathname.slice(1).split('/');
  const resource = `arn:aws:s3:::${bucket}`;
  const key = decodeURIComponent(path.join('/'));
  const more = [...url.searchParams.keys()].filter((name) => name !== 'x-id');
  if (key !== '' && more.length === 0 && objectActions[method]) {
    return [{ action: objectActions[method], resource: `${resource}/${key}` }];
  }
  if (key === '' && method === 'GET' && url.searchParams.get('list-type') === '2') {
    return [{ action: 's3:ListBucket', resource }];
  }
  if (key === '' && method === 'POST' && url.searchParams.has('delete')) {
    return [...body.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, each]) => ({
      action: 's3:DeleteObject',
      resource: `${resource}/${each}`,
    }));
  }
  return [{ action: `s3: ${method} ${target}`, resource }];
}

function sessionUses(body: string): IamUse[] {
  const form = new URLSearchParams(body);
  const resource = form.get('RoleArn') ?? '';
  const tagged = form.has('Tags.member.1.Key');
  return [
    { action: `sts:${form.get('Action')}`, resource },
    ...(tagged ? [{ action: 'sts:TagSession', resource }] : []),
  ];
}
