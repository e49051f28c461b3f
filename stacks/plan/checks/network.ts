import type { Plan, PlannedResource } from '../plan.ts';
import { type Check, finding, ofType, record, records, refersTo, texts } from './check.ts';

/** Whether something in this subnet can be reached from the internet, once it has a public address. */
function isPublic(plan: Plan, subnet: PlannedResource): boolean {
  const tables = ofType(plan, 'aws:ec2/routeTable:RouteTable');
  const ids = ofType(plan, 'aws:ec2/routeTableAssociation:RouteTableAssociation')
    .filter(({ inputs }) => refersTo(inputs.subnetId, subnet))
    .map(({ inputs }) => inputs.routeTableId);
  const own = tables.filter((table) => ids.some((id) => refersTo(id, table)));
  const routes = [
    ...own.flatMap(({ inputs }) => records(inputs.routes)),
    ...ofType(plan, 'aws:ec2/route:Route')
      .map(({ inputs }) => inputs)
      .filter((route) => own.some((table) => refersTo(route.routeTableId, table))),
  ];
  const gateways = ofType(plan, 'aws:ec2/internetGateway:InternetGateway');
  return routes.some((route) => gateways.some((gateway) => refersTo(route.gatewayId, gateway)));
}

/** The subnets that something runs in, by its type. */
const subnetsOf: Readonly<Record<string, (inputs: Readonly<Record<string, unknown>>) => string[]>> = {
  'aws:lambda/function:Function': ({ vpcConfig }) => texts(record(vpcConfig).subnetIds),
  'aws:eks/nodeGroup:NodeGroup': ({ subnetIds }) => texts(subnetIds),
  'aws:eks/cluster:Cluster': ({ vpcConfig }) => texts(record(vpcConfig).subnetIds),
  'aws:lb/loadBalancer:LoadBalancer': ({ subnets, subnetMappings }) => [
    ...texts(subnets),
    ...records(subnetMappings).flatMap(({ subnetId }) => texts(subnetId)),
  ],
  'aws:autoscaling/group:Group': ({ vpcZoneIdentifiers }) => texts(vpcZoneIdentifiers),
  'aws:ec2/vpcEndpoint:VpcEndpoint': ({ subnetIds }) => texts(subnetIds),
  'aws:codebuild/project:Project': ({ vpcConfig }) => texts(record(vpcConfig).subnets),
};

/** Nodes, functions, load balancers and endpoints are in subnets that the internet has no way into. */
export const privateSubnets: Check = (plan) => {
  const subnets = ofType(plan, 'aws:ec2/subnet:Subnet');
  const open = subnets.filter((subnet) => isPublic(plan, subnet));
  return [
    ...subnets
      .filter(({ inputs }) => inputs.mapPublicIpOnLaunch === true)
      .map((subnet) => finding(subnet, 'what starts in it gets a public address')),
    ...plan.resources.flatMap((each) =>
      (subnetsOf[each.type]?.(each.inputs) ?? []).flatMap((id) => {
        if (!subnets.some((subnet) => refersTo(id, subnet)))
          return [finding(each, `it is in the subnet ${id}, which is not in the plan`)];
        return open.some((subnet) => refersTo(id, subnet))
          ? [finding(each, `it is in ${id}, which has a route to the internet`)]
          : [];
      }),
    ),
  ];
};

/** What passes through an endpoint is named by a policy, and the names of services lead to it. */
export const narrowEndpoints: Check = (plan) =>
  ofType(plan, 'aws:ec2/vpcEndpoint:VpcEndpoint').flatMap((each) => [
    ...(each.inputs.policy ? [] : [finding(each, 'everything passes through it: it has no policy')]),
    ...(each.inputs.vpcEndpointType === 'Interface' && each.inputs.privateDnsEnabled !== true
      ? [finding(each, 'the name of its service leads past it')]
      : []),
  ]);

/** Names of what is inside the network are known inside it only. */
export const privateZones: Check = (plan) =>
  ofType(plan, 'aws:route53/zone:Zone')
    .filter(({ inputs }) => records(inputs.vpcs).length === 0)
    .map((each) => finding(each, 'everybody can look its names up'));

/** Only the network itself reaches a load balancer. */
export const internalLoadBalancers: Check = (plan) =>
  plan.resources
    .filter(({ type }) => /^aws:(lb|alb|elb)\/loadBalancer:/.test(type))
    .filter(({ inputs }) => inputs.internal !== true)
    .map((each) => finding(each, 'it has a public address'));

/** What is said to a load balancer is said over TLS. */
export const tlsListeners: Check = (plan) =>
  plan.resources
    .filter(({ type }) => /^aws:(lb|alb)\/listener:/.test(type))
    .flatMap((each) => {
      const { protocol, sslPolicy, certificateArn } = each.inputs;
      if (!['TLS', 'HTTPS'].includes(String(protocol)))
        return [finding(each, `it listens without TLS (${protocol})`)];
      return /TLS13-1-[23]/.test(String(sslPolicy)) && certificateArn
        ? []
        : [finding(each, `it accepts old versions of TLS, or has no certificate (${sslPolicy})`)];
    });

/** Addresses that no network of a company or of AWS's has on the inside (RFC 1918, RFC 4193). */
const outside = (value: unknown) =>
  texts(value).some(
    (cidr) => !/^(10\.|172\.(1[6-9]|2\d|3[01])\.|192\.168\.|f[cd])/i.test(cidr) || /\/[0-7]$/.test(cidr),
  );

/** No security group lets the internet in, and the default one lets nobody in or out. */
export const closedGroups: Check = (plan) => [
  ...plan.resources.flatMap((each) => {
    const { inputs, type } = each;
    const rules =
      type === 'aws:ec2/securityGroup:SecurityGroup' ||
      type === 'aws:ec2/defaultSecurityGroup:DefaultSecurityGroup'
        ? records(inputs.ingress)
        : type === 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule' ||
            (type === 'aws:ec2/securityGroupRule:SecurityGroupRule' && inputs.type === 'ingress')
          ? [inputs]
          : [];
    return rules
      .filter((rule) => [rule.cidrIpv4, rule.cidrIpv6, rule.cidrBlocks, rule.ipv6CidrBlocks].some(outside))
      .map(() => finding(each, 'it lets the internet in'));
  }),
  ...ofType(plan, 'aws:ec2/vpc:Vpc')
    .filter(
      (vpc) =>
        !ofType(plan, 'aws:ec2/defaultSecurityGroup:DefaultSecurityGroup').some(
          ({ inputs }) =>
            refersTo(inputs.vpcId, vpc) &&
            records(inputs.ingress).length + records(inputs.egress).length === 0,
        ),
    )
    .map((vpc) => finding(vpc, 'its default security group is not closed')),
];

/**
 * The ports of the services on the nodes are open to the load balancer's group alone; beside it, nodes and the control
 * plane talk to each other.
 */
export const nodePortsForLoadBalancer: Check = (plan) => {
  const group = (logical: string) =>
    ofType(plan, 'aws:ec2/securityGroup:SecurityGroup').find(({ name }) => name === logical);
  const nodes = group('nodes');
  const balancer = group('load-balancer');
  if (!nodes || !balancer)
    return [{ resource: 'security groups', problem: 'the nodes or the load balancer have none' }];
  return ofType(plan, 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule')
    .filter(({ inputs }) => refersTo(inputs.securityGroupId, nodes))
    .filter(
      ({ inputs }) => ![nodes, balancer].some((each) => refersTo(inputs.referencedSecurityGroupId, each)),
    )
    .filter(({ inputs }) => inputs.referencedSecurityGroupId !== 'sg-planned-cluster')
    .map((rule) =>
      finding(rule, 'it opens the nodes to others than the load balancer, each other and the control plane'),
    );
};
