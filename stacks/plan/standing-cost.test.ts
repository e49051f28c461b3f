import { expect, test } from 'vitest';
import type { Plan, PlannedResource } from './plan.ts';
import { plannedId } from './planned-id.ts';
import { costTable, standingCost } from './standing-cost.ts';

const resource = (type: string, name: string, inputs: Record<string, unknown>): PlannedResource => ({
  type,
  name,
  custom: true,
  parent: '',
  inputs,
  options: {},
});
const template = 'aws:ec2/launchTemplate:LaunchTemplate';
const pool = (capacityType: string, instanceType = 'm7i.xlarge') =>
  resource('aws:eks/nodeGroup:NodeGroup', 'nodes', {
    capacityType,
    instanceTypes: [instanceType, 'm6i.xlarge'],
    scalingConfig: { minSize: 3, maxSize: 12 },
    launchTemplate: { id: plannedId(template, 'nodes') },
  });
const planOf = (...resources: PlannedResource[]): Plan => ({
  app: { name: 'atrium', stage: 'some', removal: 'remove', protect: false },
  resources,
});

test('nodes count at the smallest size of their pool, with their disks', () => {
  const disk = resource(template, 'nodes', { blockDeviceMappings: [{ ebs: { volumeSize: 100 } }] });
  const lines = standingCost(planOf(pool('ON_DEMAND'), disk));
  expect(lines.map(({ what, count }) => [what, count])).toEqual([
    ['m7i.xlarge nodes, on demand', 3],
    ['disks of the nodes (GB)', 300],
  ]);
  expect(lines.map(({ usd }) => usd.toFixed(2))).toEqual(['441.50', '24.00']);
});

test('spare capacity is cheaper, and a machine without a price is named', () => {
  expect(standingCost(planOf(pool('SPOT')))[0]?.usd).toBeLessThan(200);
  expect(() => standingCost(planOf(pool('SPOT', 'x9.huge')))).toThrow(/x9\.huge/);
});

test('an endpoint costs in each of its zones, and one that routes costs nothing', () => {
  const endpoint = (vpcEndpointType: string, subnetIds: string[]) =>
    resource('aws:ec2/vpcEndpoint:VpcEndpoint', vpcEndpointType, { vpcEndpointType, subnetIds });
  const lines = standingCost(planOf(endpoint('Interface', ['a', 'b', 'c']), endpoint('Gateway', [])));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ count: 3 });
  expect(lines[0]?.usd.toFixed(2)).toBe('21.90');
});

test('the table has a column for each stage and its sum', () => {
  const key = resource('aws:kms/key:Key', 'key', {});
  expect(costTable([planOf(key), planOf()])).toBe(
    '| | some | some |\n|---|---|---|\n| keys | 1: 1.00 | - |\n| **USD a month** | **1.00** | **0.00** |',
  );
});
