import { expect, test } from 'vitest';
import {
  closedNodes,
  clusterAccessByEntries,
  loggedCluster,
  nodePoolsAsSet,
  privateClusterApi,
} from './cluster.ts';
import { type Case, change, outcome, prodContext, resource } from './tiny-plan.ts';

const cluster = resource('aws:eks/cluster:Cluster', 'cluster', {
  vpcConfig: { endpointPrivateAccess: true, endpointPublicAccess: false },
  enabledClusterLogTypes: ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'],
  accessConfig: { authenticationMode: 'API', bootstrapClusterCreatorAdminPermissions: false },
});
const template = resource('aws:ec2/launchTemplate:LaunchTemplate', 'nodes', {
  metadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: 1 },
});
const { cpu, gpu } = prodContext.settings.cluster;
const nodes = (name: string, pool = cpu) =>
  resource('aws:eks/nodeGroup:NodeGroup', name, {
    launchTemplate: { id: 'nodes-id' },
    instanceTypes: pool.instanceTypes,
    capacityType: pool.capacity,
    scalingConfig: { minSize: pool.min, maxSize: pool.max, desiredSize: pool.min },
  });

const cases: Readonly<Record<string, Case>> = {
  'a public cluster': {
    check: privateClusterApi,
    sound: [cluster],
    mistakes: [
      [change(cluster, 'vpcConfig.endpointPublicAccess', true)],
      [change(cluster, 'vpcConfig.endpointPublicAccess', undefined)],
      [change(cluster, 'vpcConfig.endpointPrivateAccess', false)],
    ],
  },
  'a cluster without an audit log': {
    check: loggedCluster,
    sound: [cluster],
    mistakes: [
      [change(cluster, 'enabledClusterLogTypes', ['api'])],
      [change(cluster, 'enabledClusterLogTypes', undefined)],
    ],
  },
  'an administrator that nobody named': {
    check: clusterAccessByEntries,
    sound: [cluster],
    mistakes: [
      [change(cluster, 'accessConfig.authenticationMode', 'API_AND_CONFIG_MAP')],
      [change(cluster, 'accessConfig.bootstrapClusterCreatorAdminPermissions', undefined)],
    ],
  },
  'a node that is open': {
    check: closedNodes,
    sound: [template, nodes('cpu')],
    mistakes: [
      [change(template, 'metadataOptions.httpTokens', 'optional')],
      [change(template, 'metadataOptions.httpPutResponseHopLimit', 2)],
      [change(template, 'networkInterfaces', [{ associatePublicIpAddress: 'true' }])],
      [change(nodes('cpu'), 'remoteAccess', { ec2SshKey: 'k' })],
    ],
    needed: ['nodes'],
  },
  'node pools that are not those of the settings': {
    check: nodePoolsAsSet,
    sound: [nodes('cpu'), nodes('gpu', gpu)],
    mistakes: [
      [change(nodes('cpu'), 'scalingConfig.maxSize', 1_000)],
      [change(nodes('gpu', gpu), 'capacityType', 'SPOT')],
      [nodes('more')],
    ],
    needed: ['cpu', 'gpu'],
  },
};

test.each(Object.keys(cases))('%s is seen, and only that', (each) => {
  const found = cases[each];
  if (!found) throw new Error(each);
  expect(outcome(found)).toEqual({ sound: [], unseen: [] });
});
