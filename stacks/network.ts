import { serviceTrust } from './access/policies.ts';
import { createRoles } from './access/roles.ts';
import { createSecurityGroups } from './network/security-groups.ts';
import { createVpcEndpoints } from './network/vpc-endpoints.ts';
import { zonesWithAll } from './network/zones-with-all.ts';
import type { Stage } from './stage.ts';
import type { Storage } from './storage.ts';

export interface Network {
  readonly vpcId: $util.Output<string>;
  /** Private subnets in two zones at least. */
  readonly privateSubnetIds: $util.Output<string[]>;
  /** Those of them that nodes run in: `settings.zones` of them. */
  readonly nodeSubnetIds: $util.Output<string[]>;
  /** The addresses in those, and so of nodes and pods. */
  readonly nodeCidrs: readonly string[];
  /** What the functions are in that reach the cluster. */
  readonly functionsGroupId: $util.Output<string>;
  readonly loadBalancerGroupId: $util.Output<string>;
  readonly nodesGroupId: $util.Output<string>;
  readonly deploysGroupId: $util.Output<string>;
  /**
   * What must stand before something can work in the network, and as long as it does: a node that loses its way to the
   * cluster while a stage is removed never lets go of its pods.
   */
  readonly ways: readonly $util.Resource[];
}

/** Zones in which EKS cannot place its control plane (EKS User Guide, "Network requirements"). */
const zonesWithoutEks = ['use1-az3', 'usw1-az2', 'cac1-az3'];

/**
 * The network: private subnets for everything that runs, and public ones for the ways out alone. Nothing in it has a
 * public address but the NAT gateways.
 *
 * Raw resources and not `sst.aws.Vpc`: that has as many NAT gateways as zones, public subnets that give addresses away,
 * a group that lets the whole network in, and a namespace of Cloud Map, and a transform can change but not drop them.
 */
export function createNetwork(stage: Stage, storage: Storage): Network {
  const { settings } = stage;
  const zone = zonesOf(stage);
  const named = (logical: string) => ({ tags: { Name: stage.physical(logical) } });

  const vpc = new aws.ec2.Vpc('vpc', {
    cidrBlock: '10.20.0.0/16',
    enableDnsSupport: true,
    enableDnsHostnames: true,
    ...named('vpc'),
  });
  // The group that everything without one is in: it allows nothing.
  new aws.ec2.DefaultSecurityGroup('default', { vpcId: vpc.id, ingress: [], egress: [], ...named('unused') });

  const gateway = new aws.ec2.InternetGateway('internet', { vpcId: vpc.id, ...named('internet') });
  const ways: $util.Resource[] = [];
  const publicRoutes = new aws.ec2.RouteTable('public', { vpcId: vpc.id, ...named('public') });
  ways.push(
    new aws.ec2.Route('public-internet', {
      routeTableId: publicRoutes.id,
      destinationCidrBlock: '0.0.0.0/0',
      gatewayId: gateway.id,
    }),
  );
  const waysOut = indices(settings.nat === 'one' ? 1 : settings.zones).map((index) => {
    const subnet = new aws.ec2.Subnet(
      `public-${index}`,
      {
        vpcId: vpc.id,
        availabilityZone: zone(index),
        cidrBlock: `10.20.${240 + index}.0/24`,
        mapPublicIpOnLaunch: false,
        ...named(`public-${index}`),
      },
      staysInItsZone,
    );
    ways.push(
      new aws.ec2.RouteTableAssociation(`public-${index}`, {
        subnetId: subnet.id,
        routeTableId: publicRoutes.id,
      }),
    );
    const address = new aws.ec2.Eip(`nat-${index}`, { domain: 'vpc', ...named(`nat-${index}`) });
    return new aws.ec2.NatGateway(
      `nat-${index}`,
      { subnetId: subnet.id, allocationId: address.allocationId, ...named(`nat-${index}`) },
      { dependsOn: [gateway] },
    );
  });

  // Pods take their addresses from these: 8,187 a zone.
  const privateSubnets = indices(Math.max(2, settings.zones)).map((index) => {
    const logical = `private-${index}`;
    const cidr = `10.20.${32 * index}.0/19`;
    const subnet = new aws.ec2.Subnet(
      logical,
      {
        vpcId: vpc.id,
        availabilityZone: zone(index),
        cidrBlock: cidr,
        mapPublicIpOnLaunch: false,
        ...named(logical),
      },
      staysInItsZone,
    );
    const routes = new aws.ec2.RouteTable(logical, { vpcId: vpc.id, ...named(logical) });
    ways.push(
      new aws.ec2.RouteTableAssociation(logical, { subnetId: subnet.id, routeTableId: routes.id }),
      new aws.ec2.Route(`${logical}-outwards`, {
        routeTableId: routes.id,
        destinationCidrBlock: '0.0.0.0/0',
        natGatewayId: (waysOut[index] ?? waysOut[0])?.id,
      }),
    );
    return { id: subnet.id, cidr, routeTableId: routes.id };
  });
  const privateSubnetIds = $util.all(privateSubnets.map(({ id }) => id));
  const nodeSubnets = privateSubnets.slice(0, settings.zones);
  const nodeSubnetIds = $util.all(nodeSubnets.map(({ id }) => id));

  const { groups, rules } = createSecurityGroups(stage, vpc.id);
  const endpoints = createVpcEndpoints(stage, {
    vpcId: vpc.id,
    routeTableIds: privateSubnets.map(({ routeTableId }) => routeTableId),
    subnetIds: nodeSubnetIds,
    groupId: groups.endpoints.id,
  });
  recordFlows(stage, storage, vpc.id);

  return {
    vpcId: vpc.id,
    privateSubnetIds,
    nodeSubnetIds,
    nodeCidrs: nodeSubnets.map(({ cidr }) => cidr),
    functionsGroupId: groups.functions.id,
    loadBalancerGroupId: groups['load-balancer'].id,
    nodesGroupId: groups.nodes.id,
    deploysGroupId: groups.deploys.id,
    ways: [...ways, ...rules, ...endpoints],
  };
}

/** The list of zones may change, in a zone's bad hour as well; a subnet that followed it would be another one. */
const staysInItsZone = { ignoreChanges: ['availabilityZone'] };

const indices = (count: number) => Array.from({ length: count }, (_, index) => index);

/**
 * The zones for the stage: those in which EKS works and every type of its nodes is to be had. EKS refuses nodes that one
 * of their subnets has none of.
 */
function zonesOf({ region, settings: { cluster } }: Stage): (index: number) => $util.Output<string> {
  const types = [...cluster.cpu.instanceTypes, ...(cluster.gpu?.instanceTypes ?? [])];
  const zones = aws.getAvailabilityZonesOutput({
    state: 'available',
    excludeZoneIds: zonesWithoutEks,
    filters: [{ name: 'opt-in-status', values: ['opt-in-not-required'] }],
  });
  const offers = aws.ec2.getInstanceTypeOfferingsOutput({
    locationType: 'availability-zone',
    filters: [{ name: 'instance-type', values: types }],
  });
  const fitting = $util
    .all([zones.names, offers.instanceTypes, offers.locations])
    .apply(([names, offered, locations]) =>
      zonesWithAll(
        names,
        types,
        locations.map((zone, index) => ({ zone, type: offered[index] })),
      ),
    );
  return (index) =>
    fitting.apply((names) => {
      const name = names[index];
      if (name === undefined)
        throw new Error(`${region} has ${names.length} zones with ${types.join(', ')}, too few.`);
      return name;
    });
}

/** Who spoke to whom, by address and port: what is looked at after an incident. */
function recordFlows(stage: Stage, { keyArn }: Storage, vpcId: $util.Output<string>): void {
  const group = new aws.cloudwatch.LogGroup('flow-logs', {
    name: stage.physical('flow-logs'),
    retentionInDays: stage.settings.logRetentionDays,
    kmsKeyId: keyArn,
  });
  const groupArn = stage.arn('logs', `log-group:${stage.physical('flow-logs')}`);
  const { roleArn } = createRoles(
    stage,
    'flow-logs',
    serviceTrust(stage, 'vpc-flow-logs', { sourceArn: stage.arn('ec2', 'vpc-flow-log/*') }),
    {
      keyArn,
      more: [
        {
          Sid: 'Write',
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
          Resource: [groupArn, `${groupArn}:*`],
        },
        // Looking for a group is a question about all groups.
        {
          Sid: 'Find',
          Effect: 'Allow',
          Action: 'logs:DescribeLogGroups',
          Resource: stage.arn('logs', 'log-group:*'),
        },
      ],
    },
  );
  new aws.ec2.FlowLog('flows', {
    vpcId,
    trafficType: 'ALL',
    logDestinationType: 'cloud-watch-logs',
    logDestination: group.arn,
    iamRoleArn: roleArn,
    maxAggregationInterval: 600,
    tags: { Name: stage.physical('flows') },
  });
}
