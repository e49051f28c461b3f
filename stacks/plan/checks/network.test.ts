import { expect, test } from 'vitest';
import {
  closedGroups,
  internalLoadBalancers,
  nodePortsForLoadBalancer,
  privateSubnets,
  tlsListeners,
} from './network.ts';
import { type Case, change, outcome, resource } from './tiny-plan.ts';

const subnet = (name: string) => resource('aws:ec2/subnet:Subnet', name, { mapPublicIpOnLaunch: false });
const routes = (name: string) => [
  resource('aws:ec2/routeTable:RouteTable', name, {}),
  resource('aws:ec2/routeTableAssociation:RouteTableAssociation', name, {
    subnetId: `${name}-id`,
    routeTableId: `${name}-id`,
  }),
];
const gateway = resource('aws:ec2/internetGateway:InternetGateway', 'internet', {});
const route = (table: string, to: object) =>
  resource('aws:ec2/route:Route', `${table}-outwards`, {
    routeTableId: `${table}-id`,
    destinationCidrBlock: '0.0.0.0/0',
    ...to,
  });
const nodes = (subnetIds: string[]) => resource('aws:eks/nodeGroup:NodeGroup', 'cpu', { subnetIds });
const balancer = resource('aws:lb/loadBalancer:LoadBalancer', 'services', {
  internal: true,
  subnets: ['private-id'],
});
const listener = resource('aws:lb/listener:Listener', 'rag', {
  protocol: 'TLS',
  sslPolicy: 'ELBSecurityPolicy-TLS13-1-3-2021-06',
  certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/x',
});
const group = (name: string, more: object = {}) =>
  resource('aws:ec2/securityGroup:SecurityGroup', name, { name: `atrium-prod-${name}`, ...more });
const rule = (name: string, of: string, from: object) =>
  resource('aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule', name, {
    securityGroupId: `${of}-id`,
    ...from,
  });
const closed = resource('aws:ec2/defaultSecurityGroup:DefaultSecurityGroup', 'default', {
  vpcId: 'vpc-id',
  ingress: [],
  egress: [],
});
const fromBalancer = { referencedSecurityGroupId: 'load-balancer-id' };

const cases: Readonly<Record<string, Case>> = {
  'what runs where the internet has a way in': {
    check: privateSubnets,
    sound: [
      subnet('private'),
      subnet('public'),
      ...routes('private'),
      ...routes('public'),
      gateway,
      route('public', { gatewayId: 'internet-id' }),
      route('private', { natGatewayId: 'nat-id' }),
      nodes(['private-id']),
      balancer,
    ],
    mistakes: [
      [nodes(['private-id', 'public-id'])],
      [nodes(['elsewhere-id'])],
      [change(balancer, 'subnets', ['public-id'])],
      [change(subnet('private'), 'mapPublicIpOnLaunch', true)],
      [route('private', { gatewayId: 'internet-id' })],
      [resource('aws:lambda/function:Function', 'chat', { vpcConfig: { subnetIds: ['public-id'] } })],
    ],
  },
  'a public load balancer': {
    check: internalLoadBalancers,
    sound: [balancer],
    mistakes: [[change(balancer, 'internal', false)], [change(balancer, 'internal', undefined)]],
  },
  'a listener without TLS': {
    check: tlsListeners,
    sound: [listener],
    mistakes: [
      [change(listener, 'protocol', 'TCP')],
      [change(listener, 'sslPolicy', 'ELBSecurityPolicy-2016-08')],
      [change(listener, 'certificateArn', undefined)],
    ],
  },
  'a security group that lets the internet in': {
    check: closedGroups,
    sound: [resource('aws:ec2/vpc:Vpc', 'vpc', {}), closed, group('nodes'), rule('r', 'nodes', fromBalancer)],
    mistakes: [
      [rule('r', 'nodes', { cidrIpv4: '0.0.0.0/0' })],
      [rule('r', 'nodes', { cidrIpv6: '::/0' })],
      [group('nodes', { ingress: [{ cidrBlocks: ['0.0.0.0/0'] }] })],
      [
        resource('aws:ec2/securityGroupRule:SecurityGroupRule', 'r2', {
          type: 'ingress',
          cidrBlocks: ['0.0.0.0/0'],
        }),
      ],
      [change(closed, 'ingress', [{ self: true }])],
    ],
    needed: ['default'],
  },
  'nodes that are open to others': {
    check: nodePortsForLoadBalancer,
    sound: [
      group('nodes'),
      group('load-balancer'),
      group('functions'),
      rule('a', 'nodes', fromBalancer),
      rule('b', 'nodes', { referencedSecurityGroupId: 'nodes-id' }),
      rule('c', 'load-balancer', { referencedSecurityGroupId: 'functions-id' }),
    ],
    mistakes: [
      [rule('a', 'nodes', { referencedSecurityGroupId: 'functions-id' })],
      [rule('a', 'nodes', { cidrIpv4: '10.20.0.0/16' })],
    ],
    needed: ['load-balancer', 'nodes'],
  },
};

test.each(Object.keys(cases))('%s is seen, and only that', (each) => {
  const found = cases[each];
  if (!found) throw new Error(each);
  expect(outcome(found)).toEqual({ sound: [], unseen: [] });
});
