import { expect, test } from 'vitest';
import type { PlannedResource } from '../plan.ts';
import { madeInOrder } from './order.ts';
import { resource, said } from './tiny-plan.ts';

const needed = [
  resource('aws:eks/addon:Addon', 'vpc-cni', {}),
  resource('aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule', 'cluster-from-nodes', {}),
  resource('aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule', 'nodes-outwards-443', {}),
  resource('aws:ec2/routeTableAssociation:RouteTableAssociation', 'private-0', {}),
  resource('aws:ec2/vpcEndpoint:VpcEndpoint', 's3', {}),
  resource('aws:ec2/route:Route', 'private-0-outwards', {}),
];
const ids = needed.map(({ type, name }) => `${type}::${name}`);
const nodes = (after: readonly string[]): PlannedResource => ({
  ...resource('aws:eks/nodeGroup:NodeGroup', 'cpu-nodes', {}),
  after,
});

test('nodes wait for all that they need', () => {
  expect(said(madeInOrder, [...needed, nodes(ids)])).toEqual([]);
  expect(said(madeInOrder, [...needed, nodes(ids.slice(0, -1))])).toEqual([
    expect.stringMatching(/does not wait for private-0-outwards/),
  ]);
});

test('what is waited for by another one is waited for', () => {
  const bucket = resource('aws:s3/bucket:Bucket', 'documents', {});
  const between = { ...bucket, after: ids.slice(-1) };
  const waiting = nodes([...ids.slice(0, -1), 'aws:s3/bucket:Bucket::documents']);
  expect(said(madeInOrder, [...needed, between, waiting])).toEqual([]);
});

test('what is not there cannot be waited for', () => {
  expect(said(madeInOrder, [...needed.slice(1), nodes(ids)])).toHaveLength(1);
});
