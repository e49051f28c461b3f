import { bucketPolicy } from '../access/storage-policies.ts';
import { keep } from '../keep.ts';
import type { Stage } from '../stage.ts';
import type { Storage } from '../storage.ts';

/**
 * The bucket that the manifests are uploaded to, apart from tenants' documents: what applies them has no business there.
 * Its old versions say what ran when.
 */
export function createManifestStore(
  stage: Stage,
  { keyArn }: Storage,
): { readonly bucketName: $util.Output<string>; readonly ready: readonly $util.Resource[] } {
  const { bucket, arn } = new aws.s3.Bucket(
    'manifests-bucket',
    { bucket: stage.unique('manifests'), forceDestroy: !stage.settings.retained },
    keep(stage),
  );
  const closed = new aws.s3.BucketPublicAccessBlock('manifests-bucket-access', {
    bucket,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  });
  new aws.s3.BucketOwnershipControls('manifests-bucket-ownership', {
    bucket,
    rule: { objectOwnership: 'BucketOwnerEnforced' },
  });
  const encrypted = new aws.s3.BucketServerSideEncryptionConfiguration('manifests-bucket-encryption', {
    bucket,
    rules: [
      {
        applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: keyArn },
        bucketKeyEnabled: true,
      },
    ],
  });
  const versioned = new aws.s3.BucketVersioning('manifests-bucket-versions', {
    bucket,
    versioningConfiguration: { status: 'Enabled' },
  });
  new aws.s3.BucketLifecycleConfiguration(
    'manifests-bucket-lifecycle',
    {
      bucket,
      rules: [
        {
          id: 'old-versions',
          status: 'Enabled',
          filter: { prefix: '' },
          noncurrentVersionExpiration: { noncurrentDays: stage.settings.oldVersionDays },
        },
      ],
    },
    { dependsOn: [versioned] },
  );
  const policy = new aws.s3.BucketPolicy(
    'manifests-bucket-policy',
    {
      bucket,
      policy: $util
        .all([arn, keyArn])
        .apply(([bucketArn, key]) => JSON.stringify(bucketPolicy(bucketArn, key))),
    },
    { dependsOn: [closed] },
  );
  const announced = new aws.s3.BucketNotification('manifests-bucket-events', { bucket, eventbridge: true });
  return { bucketName: bucket, ready: [encrypted, versioned, policy, announced] };
}
