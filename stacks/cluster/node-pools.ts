import { serviceTrust } from '../access/policies.ts';
import { createRoles } from '../access/roles.ts';
import type { Network } from '../network.ts';
import type { NodePool } from '../settings.ts';
import type { Stage } from '../stage.ts';
import type { Storage } from '../storage.ts';
import { gpuNodes } from './render-manifests.ts';

export interface NodePools {
  readonly cpu: aws.eks.NodeGroup;
  readonly all: readonly aws.eks.NodeGroup[];
}

/** The cluster's nodes: CPU nodes for everything, and GPU nodes, where the stage has them, for the engine alone. */
export function createNodePools(
  stage: Stage,
  of: {
    readonly cluster: aws.eks.Cluster;
    readonly network: Network;
    readonly storage: Storage;
    /** Without these a node never becomes ready, or never goes. */
    readonly after: readonly $util.Resource[];
  },
): NodePools {
  const { cpu, gpu } = stage.settings.cluster;
  const nodeRole = createNodeRole(stage, of.storage);
  const pool = (name: string, settings: NodePool, more: Partial<aws.eks.NodeGroupArgs>) => {
    const template = createLaunchTemplate(stage, name, settings, of);
    return new aws.eks.NodeGroup(
      `${name}-nodes`,
      {
        clusterName: of.cluster.name,
        // A prefix, since another instance type makes another group, which must be there before the old one goes.
        nodeGroupNamePrefix: `${stage.physical(name)}-`,
        nodeRoleArn: nodeRole,
        subnetIds: of.network.nodeSubnetIds,
        version: stage.settings.cluster.version,
        capacityType: settings.capacity,
        instanceTypes: [...settings.instanceTypes],
        scalingConfig: { minSize: settings.min, maxSize: settings.max, desiredSize: settings.min },
        launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
        updateConfig: { maxUnavailable: 1 },
        nodeRepairConfig: { enabled: true },
        tags: { Name: stage.physical(name) },
        ...more,
      },
      {
        dependsOn: [...of.after],
        // How many there are at the moment is the autoscaler's to say.
        ignoreChanges: ['scalingConfig.desiredSize'],
      },
    );
  };
  const cpuNodes = pool('cpu', cpu, { amiType: 'AL2023_x86_64_STANDARD', labels: { 'atrium/pool': 'cpu' } });
  if (!gpu) return { cpu: cpuNodes, all: [cpuNodes] };
  // The image has the driver; the device plugin comes with the manifests.
  const gpuPool = pool('gpu', gpu, {
    amiType: 'AL2023_x86_64_NVIDIA',
    labels: gpuNodes.labels,
    taints: [gpuNodes.taint],
  });
  return { cpu: cpuNodes, all: [cpuNodes, gpuPool] };
}

/** @returns the ARN of what nodes run as, known once it may do what they must: join the cluster and pull images. */
function createNodeRole(stage: Stage, { keyArn }: Storage): $util.Output<string> {
  // EC2 does not say for which instance it takes on a role.
  const { role, roleArn } = createRoles(stage, 'nodes', serviceTrust(stage, 'ec2', { withoutSource: true }), {
    keyArn,
  });
  const attached = ['AmazonEKSWorkerNodePolicy', 'AmazonEC2ContainerRegistryPullOnly'].map(
    (policy) =>
      new aws.iam.RolePolicyAttachment(`nodes-${policy}`, {
        role: role.name,
        policyArn: `arn:${stage.partition}:iam::aws:policy/${policy}`,
      }).id,
  );
  return $util.all([roleArn, ...attached]).apply(([arn]) => arn ?? '');
}

function createLaunchTemplate(
  stage: Stage,
  name: string,
  pool: NodePool,
  of: { readonly network: Network; readonly storage: Storage },
): aws.ec2.LaunchTemplate {
  const tags = { Name: stage.physical(name) };
  return new aws.ec2.LaunchTemplate(`${name}-nodes`, {
    name: stage.physical(name),
    updateDefaultVersion: true,
    blockDeviceMappings: [
      {
        deviceName: '/dev/xvda',
        ebs: {
          volumeType: 'gp3',
          volumeSize: pool.diskGb,
          encrypted: 'true',
          kmsKeyId: of.storage.keyArn,
          deleteOnTermination: 'true',
        },
      },
    ],
    // One hop ends at the node: pods do not reach its credentials.
    metadataOptions: { httpEndpoint: 'enabled', httpTokens: 'required', httpPutResponseHopLimit: 1 },
    networkInterfaces: [
      {
        deviceIndex: 0,
        associatePublicIpAddress: 'false',
        deleteOnTermination: 'true',
        securityGroups: [of.network.nodesGroupId],
      },
    ],
    tagSpecifications: ['instance', 'volume', 'network-interface'].map((resourceType) => ({
      resourceType,
      tags,
    })),
    tags,
  });
}
