import { serviceTrust } from './access/policies.ts';
import { createRoles } from './access/roles.ts';
import { createClusterAccess } from './cluster/cluster-access.ts';
import { createAddOns } from './cluster/cluster-add-ons.ts';
import { createClusterDeploys } from './cluster/cluster-deploys.ts';
import { createClusterRoles } from './cluster/cluster-roles.ts';
import { createNodePools } from './cluster/node-pools.ts';
import type { Images } from './images.ts';
import { keep } from './keep.ts';
import type { Network } from './network.ts';
import type { Secrets } from './secrets.ts';
import type { Stage } from './stage.ts';
import type { Storage } from './storage.ts';

export interface Cluster {
  readonly name: $util.Output<string>;
  /** What all nodes are in. */
  readonly nodesGroupId: $util.Output<string>;
  /** The Auto Scaling group behind the CPU nodes, which the load balancer sends to. */
  readonly cpuScalingGroup: $util.Output<string>;
  /** Applies what runs in the cluster; a build of it that fails is a failed deploy. */
  readonly deployProjectName: $util.Output<string>;
}

/** Ports that the control plane calls on nodes: the kubelet, and the metrics server of EKS' add-on. */
const controlPlanePorts = [10_250, 10_251];

/** The Kubernetes cluster, its nodes, and what is needed so that a deploy can change what runs in it. */
export function createCluster(
  stage: Stage,
  given: { network: Network; storage: Storage; secrets: Secrets; images: Images },
): Cluster {
  const { network, storage } = given;
  const cluster = createControlPlane(stage, network, storage);
  const rules = allowControlPlane(network, cluster);
  const access = createClusterAccess(stage, cluster);
  const roles = createClusterRoles(stage, storage, access.trust);
  const addOns = createAddOns(cluster, roles.networkPlugin);
  const pools = createNodePools(stage, {
    cluster,
    network,
    storage,
    after: [...network.ways, ...rules, ...addOns.beforeNodes],
  });
  const afterNodes = addOns.createOnNodes(pools.cpu);
  const deploys = createClusterDeploys(stage, {
    ...given,
    cluster,
    access,
    roles,
    after: [...pools.all, ...afterNodes],
  });
  return {
    name: cluster.name,
    nodesGroupId: network.nodesGroupId,
    cpuScalingGroup: pools.cpu.resources.apply((resources) => {
      const name = resources[0]?.autoscalingGroups[0]?.name;
      if (name === undefined) throw new Error('The CPU nodes have no Auto Scaling group.');
      return name;
    }),
    deployProjectName: deploys.projectName,
  };
}

function createControlPlane(stage: Stage, network: Network, { keyArn }: Storage): aws.eks.Cluster {
  const { cluster, retained, logRetentionDays } = stage.settings;
  const name = stage.physical('cluster');
  const { role, roleArn } = createRoles(
    stage,
    'cluster',
    serviceTrust(stage, 'eks', { sourceArn: stage.arn('eks', `cluster/${name}`) }),
    { keyArn },
  );
  const policy = new aws.iam.RolePolicyAttachment('cluster-policy', {
    role: role.name,
    policyArn: `arn:${stage.partition}:iam::aws:policy/AmazonEKSClusterPolicy`,
  });
  // EKS would make this group itself, without a key and for ever.
  const logs = new aws.cloudwatch.LogGroup('cluster-logs', {
    name: `/aws/eks/${name}/cluster`,
    retentionInDays: logRetentionDays,
    kmsKeyId: keyArn,
  });
  // Deploys come from inside the network, so the API has a public address only for people, and only for networks that
  // the installation names.
  const { clusterNetworks } = stage.installation;
  const publicApi = !cluster.privateApi && clusterNetworks.length > 0;
  return new aws.eks.Cluster(
    'cluster',
    {
      name,
      version: cluster.version,
      roleArn,
      accessConfig: { authenticationMode: 'API', bootstrapClusterCreatorAdminPermissions: false },
      // The add-ons are the managed ones.
      bootstrapSelfManagedAddons: false,
      enabledClusterLogTypes: ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'],
      encryptionConfig: { provider: { keyArn }, resources: ['secrets'] },
      vpcConfig: {
        subnetIds: network.privateSubnetIds,
        endpointPrivateAccess: true,
        endpointPublicAccess: publicApi,
        ...(publicApi && { publicAccessCidrs: [...clusterNetworks] }),
      },
      kubernetesNetworkConfig: { ipFamily: 'ipv4', serviceIpv4Cidr: '172.20.0.0/16' },
      upgradePolicy: { supportType: 'STANDARD' },
      deletionProtection: retained,
    },
    { ...keep(stage), dependsOn: [policy, logs] },
  );
}

/** Who speaks with the control plane, whose group EKS makes. */
function allowControlPlane(network: Network, cluster: aws.eks.Cluster): $util.Resource[] {
  const controlPlaneGroupId = cluster.vpcConfig.apply((config) => config.clusterSecurityGroupId);
  const rule = (
    name: string,
    port: number,
    to: {
      readonly securityGroupId: $util.Output<string>;
      readonly referencedSecurityGroupId: $util.Output<string>;
    },
  ) => new aws.vpc.SecurityGroupIngressRule(name, { ipProtocol: 'tcp', fromPort: port, toPort: port, ...to });
  return [
    rule('cluster-from-nodes', 443, {
      securityGroupId: controlPlaneGroupId,
      referencedSecurityGroupId: network.nodesGroupId,
    }),
    rule('cluster-from-deploys', 443, {
      securityGroupId: controlPlaneGroupId,
      referencedSecurityGroupId: network.deploysGroupId,
    }),
    ...controlPlanePorts.map((port) =>
      rule(`nodes-from-cluster-${port}`, port, {
        securityGroupId: network.nodesGroupId,
        referencedSecurityGroupId: controlPlaneGroupId,
      }),
    ),
  ];
}
