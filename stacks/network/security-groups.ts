import { clusterServices } from '../cluster/cluster-services.ts';
import type { Stage } from '../stage.ts';

type GroupName =
  /** The functions that reach the cluster. */
  | 'functions'
  | 'load-balancer'
  /** The nodes; pods have the addresses of their nodes' network, and network policies of their own. */
  | 'nodes'
  /** What applies the manifests from inside the network. */
  | 'deploys'
  /** The interface endpoints of AWS's services. */
  | 'endpoints';
type Groups = Readonly<Record<GroupName, aws.ec2.SecurityGroup>>;

export interface SecurityGroups {
  readonly groups: Groups;
  /** A group without its rules lets nobody in or out. */
  readonly rules: readonly $util.Resource[];
}

/**
 * Who may open a connection to whom inside the network; answers always come back. What is not written here is closed.
 * Rules for the control plane are in `cluster.ts`, since EKS makes its group.
 */
export function createSecurityGroups(stage: Stage, vpcId: $util.Output<string>): SecurityGroups {
  // The provider takes away the rule that lets everything out, which AWS gives to every new group.
  const group = (name: GroupName, description: string) =>
    new aws.ec2.SecurityGroup(name, {
      name: stage.physical(name),
      description,
      vpcId,
      tags: { Name: stage.physical(name) },
    });
  const groups: Groups = {
    functions: group('functions', 'Functions that reach the cluster'),
    'load-balancer': group('load-balancer', 'Internal load balancer'),
    nodes: group('nodes', 'Nodes of the cluster'),
    deploys: group('deploys', 'Applies what runs in the cluster'),
    endpoints: group('endpoints', 'Endpoints of services of AWS'),
  };

  const rules: $util.Resource[] = [];
  const connects = (from: GroupName, to: GroupName, port: number) => {
    const rule = { ipProtocol: 'tcp', fromPort: port, toPort: port };
    rules.push(
      new aws.vpc.SecurityGroupEgressRule(`${from}-to-${to}-${port}`, {
        ...rule,
        securityGroupId: groups[from].id,
        referencedSecurityGroupId: groups[to].id,
      }),
      new aws.vpc.SecurityGroupIngressRule(`${to}-from-${from}-${port}`, {
        ...rule,
        securityGroupId: groups[to].id,
        referencedSecurityGroupId: groups[from].id,
      }),
    );
  };
  const outwards = (from: GroupName, port: number) =>
    rules.push(
      new aws.vpc.SecurityGroupEgressRule(`${from}-outwards-${port}`, {
        ipProtocol: 'tcp',
        fromPort: port,
        toPort: port,
        cidrIpv4: '0.0.0.0/0',
        securityGroupId: groups[from].id,
      }),
    );
  for (const { nodePort } of clusterServices(stage)) {
    connects('functions', 'load-balancer', nodePort);
    connects('load-balancer', 'nodes', nodePort);
  }

  const everything = { ipProtocol: '-1' };
  rules.push(
    new aws.vpc.SecurityGroupIngressRule('nodes-from-nodes', {
      ...everything,
      description: 'Pods to pods; network policies narrow it',
      securityGroupId: groups.nodes.id,
      referencedSecurityGroupId: groups.nodes.id,
    }),
    new aws.vpc.SecurityGroupEgressRule('nodes-to-nodes', {
      ...everything,
      securityGroupId: groups.nodes.id,
      referencedSecurityGroupId: groups.nodes.id,
    }),
  );

  for (const from of ['functions', 'nodes', 'deploys'] as const) {
    rules.push(
      new aws.vpc.SecurityGroupIngressRule(`endpoints-from-${from}`, {
        ipProtocol: 'tcp',
        fromPort: 443,
        toPort: 443,
        securityGroupId: groups.endpoints.id,
        referencedSecurityGroupId: groups[from].id,
      }),
    );
    // Services of AWS, identity providers, image registries, model weights: their addresses are not ours to list.
    outwards(from, 443);
  }
  const enginePort = outsideEnginePort(stage);
  if (enginePort !== undefined && enginePort !== 443) {
    outwards('functions', enginePort);
    outwards('nodes', enginePort);
  }
  return { groups, rules };
}

/** Where somebody else's engine listens, if the stage uses one. */
function outsideEnginePort({ settings, installation }: Stage): number | undefined {
  if (settings.cluster.gpu || installation.engineUrl === undefined) return undefined;
  const { port, protocol } = new URL(installation.engineUrl);
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}
