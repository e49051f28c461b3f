import { bucketArn, type Statement, secretNameOf, serviceTrust, viaService } from '../access/policies.ts';
import { createRoles } from '../access/roles.ts';
import type { Images } from '../images.ts';
import type { Network } from '../network.ts';
import { OPERATOR_SECRET } from '../resources.ts';
import type { Secrets } from '../secrets.ts';
import type { Stage } from '../stage.ts';
import type { Storage } from '../storage.ts';
import type { ClusterAccess } from './cluster-access.ts';
import type { ClusterRoles } from './cluster-roles.ts';
import { deployBuildspec } from './deploy-buildspec.ts';
import { createManifestStore } from './manifest-store.ts';
import { renderManifests } from './render-manifests.ts';

interface Parts {
  readonly network: Network;
  readonly storage: Storage;
  readonly secrets: Secrets;
  readonly images: Images;
  readonly cluster: aws.eks.Cluster;
  readonly access: ClusterAccess;
  readonly roles: ClusterRoles;
  /** What must stand before anything can run in the cluster. */
  readonly after: readonly $util.Resource[];
}

const manifestsKey = 'cluster/manifests.zip';

/**
 * How a deploy reaches a cluster whose API answers inside the network only: it uploads the manifests, the bucket says so
 * to EventBridge, and that starts a build in the private subnets, which applies them. A deploy that changes none of them
 * uploads nothing and starts nothing. A build takes the newest manifests, so two that overlap end at the same.
 */
export function createClusterDeploys(
  stage: Stage,
  parts: Parts,
): { readonly projectName: $util.Output<string> } {
  const store = createManifestStore(stage, parts.storage);
  const { project, ready } = createDeployProject(stage, parts);
  const started = startOnUpload(stage, parts.storage, project);
  new aws.s3.BucketObjectv2(
    'manifests',
    {
      bucket: store.bucketName,
      key: manifestsKey,
      source: manifestsOf(stage, parts),
      serverSideEncryption: 'aws:kms',
      kmsKeyId: parts.storage.keyArn,
    },
    // The event must find its rule, and the build a cluster that lets it in and has nodes. S3 takes some minutes until it
    // announces objects; the cluster takes longer.
    { dependsOn: [...store.ready, ...started, ...ready, ...parts.after] },
  );
  return { projectName: project.name };
}

function createDeployProject(stage: Stage, { network, storage, cluster, access }: Parts) {
  const name = stage.physical('cluster-deploys');
  const { role, roleArn } = createRoles(
    stage,
    'cluster-deploys',
    serviceTrust(stage, 'codebuild', { sourceArn: stage.arn('codebuild', `project/${name}`) }),
    {
      keyArn: storage.keyArn,
      more: $util
        .all([storage.keyArn, network.nodeSubnetIds, network.deploysGroupId])
        .apply(([keyArn, subnetIds, groupId]) =>
          deployStatements(stage, { name, keyArn, subnetIds, groupId }),
        ),
    },
  );
  const logs = new aws.cloudwatch.LogGroup('cluster-deploys-logs', {
    name: `/aws/codebuild/${name}`,
    retentionInDays: stage.settings.logRetentionDays,
    kmsKeyId: storage.keyArn,
  });
  const project = new aws.codebuild.Project('cluster-deploys', {
    name,
    description: 'Applies what runs in the cluster, and waits until it does',
    serviceRole: roleArn,
    artifacts: { type: 'NO_ARTIFACTS' },
    environment: {
      type: 'LINUX_CONTAINER',
      computeType: 'BUILD_GENERAL1_SMALL',
      image: 'aws/codebuild/amazonlinux-x86_64-standard:5.0',
      privilegedMode: false,
    },
    source: {
      type: 'NO_SOURCE',
      buildspec: cluster.name.apply((clusterName) =>
        deployBuildspec({
          source: `s3://${stage.unique('manifests')}/${manifestsKey}`,
          clusterName,
          region: stage.region,
        }),
      ),
    },
    vpcConfig: {
      vpcId: network.vpcId,
      subnets: network.nodeSubnetIds,
      securityGroupIds: [network.deploysGroupId],
    },
    logsConfig: { cloudwatchLogs: { groupName: logs.name } },
    // The first start of the engine fetches an image and weights of many gigabytes.
    buildTimeout: 90,
    queuedTimeout: 60,
  });
  // It may do everything in the cluster: it installs what is the whole cluster's, such as namespaces and cluster roles.
  return { project, ready: [access.admit('deploys', role.arn)] };
}

/** What the build may do: read the manifests, write its log, stand in the network, and find the cluster. */
function deployStatements(
  stage: Stage,
  of: {
    readonly name: string;
    readonly keyArn: string;
    readonly subnetIds: readonly string[];
    readonly groupId: string;
  },
): Statement[] {
  const subnets = of.subnetIds.map((id) => stage.arn('ec2', `subnet/${id}`));
  const interfaces = stage.arn('ec2', 'network-interface/*');
  const may = (
    Sid: string,
    Action: string | readonly string[],
    Resource: string | readonly string[],
    Condition?: Statement['Condition'],
  ): Statement => ({ Sid, Effect: 'Allow', Action, Resource, ...(Condition && { Condition }) });
  return [
    may('ReadManifests', 's3:GetObject', `${bucketArn(stage, stage.unique('manifests'))}/${manifestsKey}`),
    may('DecryptManifests', 'kms:Decrypt', of.keyArn, {
      StringEquals: { 'kms:ViaService': viaService(stage, 's3') },
    }),
    may(
      'WriteLog',
      ['logs:CreateLogStream', 'logs:PutLogEvents'],
      stage.arn('logs', `log-group:/aws/codebuild/${of.name}:*`),
    ),
    may('FindCluster', 'eks:DescribeCluster', stage.arn('eks', `cluster/${stage.physical('cluster')}`)),
    may('CreateInterface', 'ec2:CreateNetworkInterface', [
      interfaces,
      ...subnets,
      stage.arn('ec2', `security-group/${of.groupId}`),
    ]),
    may('DeleteInterface', 'ec2:DeleteNetworkInterface', interfaces, {
      ArnEquals: { 'ec2:Subnet': subnets },
    }),
    may('LendInterface', 'ec2:CreateNetworkInterfacePermission', interfaces, {
      ArnEquals: { 'ec2:Subnet': subnets },
      StringEquals: { 'ec2:AuthorizedService': 'codebuild.amazonaws.com' },
    }),
    // These actions know no resource.
    may(
      'LookAtNetwork',
      [
        'ec2:DescribeDhcpOptions',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSecurityGroups',
        'ec2:DescribeSubnets',
        'ec2:DescribeVpcs',
      ],
      '*',
    ),
  ];
}

/** @returns what must stand before the upload. */
function startOnUpload(stage: Stage, { keyArn }: Storage, project: aws.codebuild.Project): $util.Resource[] {
  const ruleName = stage.physical('manifests-uploaded');
  const rule = new aws.cloudwatch.EventRule('manifests-uploaded', {
    name: ruleName,
    description: 'New manifests for the cluster',
    eventPattern: JSON.stringify({
      source: ['aws.s3'],
      'detail-type': ['Object Created'],
      detail: { bucket: { name: [stage.unique('manifests')] }, object: { key: [manifestsKey] } },
    }),
  });
  const { roleArn } = createRoles(
    stage,
    'cluster-deploys-start',
    serviceTrust(stage, 'events', { sourceArn: stage.arn('events', `rule/${ruleName}`) }),
    {
      keyArn,
      more: [
        {
          Sid: 'StartDeploy',
          Effect: 'Allow',
          Action: 'codebuild:StartBuild',
          Resource: stage.arn('codebuild', `project/${stage.physical('cluster-deploys')}`),
        },
      ],
    },
  );
  const target = new aws.cloudwatch.EventTarget('manifests-uploaded', {
    rule: rule.name,
    arn: project.arn,
    roleArn,
  });
  return [rule, target];
}

/** The rendered manifests, in a zip whose names sort in the order in which they are applied. */
function manifestsOf(stage: Stage, { network, storage, secrets, images, roles }: Parts) {
  const { cluster, model } = stage.settings;
  const { rag, orchestrator } = roles.services;
  if (!rag?.tenantRoleArn || !orchestrator) throw new Error('The services have no roles.');
  const values = {
    ragImage: images['rag-service'].ref,
    orchestratorImage: images.orchestrator.ref,
    ragRole: rag.roleArn,
    orchestratorRole: orchestrator.roleArn,
    autoscalerRole: roles.autoscaler,
    ragTenantRole: rag.tenantRoleArn,
    tableName: storage.tables.main.name,
    bucketName: storage.buckets.documents.name,
    servicePublicJwks: secrets.servicePublicJwks,
  };
  return $util.all(values).apply((known) => {
    const files = renderManifests(
      {
        region: stage.region,
        clusterName: stage.physical('cluster'),
        images: { rag: known.ragImage, orchestrator: known.orchestratorImage },
        roleArns: {
          rag: known.ragRole,
          orchestrator: known.orchestratorRole,
          clusterAutoscaler: known.autoscalerRole,
        },
        ragTenantRoleArn: known.ragTenantRole,
        tableName: known.tableName,
        bucketName: known.bucketName,
        servicePublicJwks: known.servicePublicJwks,
        serviceKeysSecretName: secretNameOf(stage, 'service-keys'),
        operatorSecretName: OPERATOR_SECRET,
        engine:
          cluster.gpu && model
            ? { model: model.id, maxTokens: model.maxTokens, replicas: cluster.gpu.min }
            : { url: stage.installation.engineUrl ?? '' },
        nodeCidrs: network.nodeCidrs,
        // One of each on every node that there always is; the orchestrator grows with the nodes.
        replicas: {
          rag: cluster.cpu.min,
          orchestrator: { min: cluster.cpu.min, max: cluster.cpu.max },
        },
      },
      $cli.paths.root,
    );
    const numbered = Object.entries(files).map(([file, text], index) => [
      `${String(index).padStart(2, '0')}-${file}`,
      new $util.asset.StringAsset(text),
    ]);
    return new $util.asset.AssetArchive(Object.fromEntries(numbered));
  });
}
