import type { BucketName, QueueName, TableName } from './resources.ts';
import type { Stage } from './stage.ts';

/** Names and ARNs follow from `stage.physical`; the resources are here for those that must wait for them. */
export interface Storage {
  /** The key that everything at rest is encrypted with. */
  readonly keyArn: $util.Output<string>;
  readonly tables: Readonly<
    Record<TableName, { readonly name: $util.Output<string>; readonly arn: $util.Output<string> }>
  >;
  readonly buckets: Readonly<
    Record<BucketName, { readonly name: $util.Output<string>; readonly arn: $util.Output<string> }>
  >;
  readonly queues: Readonly<
    Record<QueueName, { readonly url: $util.Output<string>; readonly arn: $util.Output<string> }>
  >;
}

export function createStorage(_stage: Stage): Storage {
  const of = { name: $output('x'), arn: $output('x'), url: $output('x') };
  return {
    keyArn: $output('x'),
    tables: { main: of },
    buckets: { documents: of },
    queues: { ingest: of, 'ingest-dead': of },
  };
}
