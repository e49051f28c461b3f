import { exampleInstallation } from '../example-installation.ts';
import { type Check, finding, ofType, record, records, refersTo, texts } from './check.ts';

const clusters = 'aws:eks/cluster:Cluster';

/** The cluster's API is answered inside the network only, where the stage asks for that. */
export const privateClusterApi: Check = (plan, { settings }) =>
  ofType(plan, clusters).flatMap((cluster) => {
    const { endpointPrivateAccess, endpointPublicAccess, publicAccessCidrs } = record(
      cluster.inputs.vpcConfig,
    );
    return [
      ...(endpointPrivateAccess === true ? [] : [finding(cluster, 'nodes reach its API over the internet')]),
      ...(settings.cluster.privateApi && endpointPublicAccess !== false
        ? [finding(cluster, 'its API answers on the internet')]
        : []),
      ...(endpointPublicAccess !== false &&
      (texts(publicAccessCidrs).length === 0 ||
        texts(publicAccessCidrs).some((cidr) => /\/[0-7]$/.test(cidr)))
        ? [finding(cluster, 'its API answers the whole internet')]
        : []),
    ];
  });

const logs = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'];

/** Who did what in the cluster is written down. */
export const loggedCluster: Check = (plan) =>
  ofType(plan, clusters).flatMap((cluster) => {
    const without = logs.filter((log) => !texts(cluster.inputs.enabledClusterLogTypes).includes(log));
    return without.length > 0
      ? [finding(cluster, `it does not write these logs: ${without.join(', ')}`)]
      : [];
  });

/** Who may do what in the cluster is in the plan; nobody is its administrator for having made it. */
export const clusterAccessByEntries: Check = (plan) =>
  ofType(plan, clusters).flatMap((cluster) => {
    const { authenticationMode, bootstrapClusterCreatorAdminPermissions } = record(
      cluster.inputs.accessConfig,
    );
    return [
      ...(authenticationMode === 'API' ? [] : [finding(cluster, 'access is not by access entries alone')]),
      ...(bootstrapClusterCreatorAdminPermissions === false
        ? []
        : [finding(cluster, 'who makes it stays its administrator')]),
    ];
  });

/** In the cluster are those whom the installation names, and the build that applies the manifests; nobody else. */
export const knownClusterUsers: Check = (plan) => {
  const builds = ofType(plan, 'aws:codebuild/project:Project').map(({ inputs }) => inputs.serviceRole);
  const people = (exampleInstallation.ATRIUM_CLUSTER_ADMINS ?? '').split(',');
  return ['aws:eks/accessEntry:AccessEntry', 'aws:eks/accessPolicyAssociation:AccessPolicyAssociation']
    .flatMap((type) => ofType(plan, type))
    .filter(({ inputs }) => ![...builds, ...people].includes(inputs.principalArn))
    .map((each) => finding(each, `it lets ${each.inputs.principalArn} into the cluster`));
};

/** What the network policies of the manifests say is enforced: without this, every pod reaches every other one. */
export const enforcedNetworkPolicies: Check = (plan) =>
  ofType(plan, 'aws:eks/addon:Addon').some(
    ({ inputs }) =>
      inputs.addonName === 'vpc-cni' &&
      /"enableNetworkPolicy":\s*"?true/.test(String(inputs.configurationValues)),
  )
    ? []
    : [{ resource: 'the cluster', problem: 'network policies are not enforced' }];

/** What applies the manifests stands in the network, and has no rights over the machine that it runs on. */
export const closedBuilds: Check = (plan) =>
  ofType(plan, 'aws:codebuild/project:Project').flatMap((each) => [
    ...(record(each.inputs.environment).privilegedMode === true
      ? [finding(each, 'it has every right on its machine')]
      : []),
    ...(texts(record(each.inputs.vpcConfig).subnets).length > 0
      ? []
      : [finding(each, 'it stands outside the network')]),
  ]);

/** A node has no public address, and its credentials are out of reach for the pods on it. */
export const closedNodes: Check = (plan) => {
  const templates = ofType(plan, 'aws:ec2/launchTemplate:LaunchTemplate');
  return [
    ...templates.flatMap((template) => {
      const { httpTokens, httpPutResponseHopLimit } = record(template.inputs.metadataOptions);
      const addresses = records(template.inputs.networkInterfaces).filter(
        ({ associatePublicIpAddress }) =>
          associatePublicIpAddress === true || associatePublicIpAddress === 'true',
      );
      return [
        ...(httpTokens === 'required' && httpPutResponseHopLimit === 1
          ? []
          : [
              finding(
                template,
                "pods can ask for their node's credentials: IMDSv2 with one hop is not required",
              ),
            ]),
        ...(addresses.length > 0 ? [finding(template, 'nodes get a public address')] : []),
        ...(template.inputs.keyName ? [finding(template, 'people can log on to its nodes')] : []),
      ];
    }),
    ...ofType(plan, 'aws:eks/nodeGroup:NodeGroup').flatMap((group) => {
      const { id, name } = record(group.inputs.launchTemplate);
      const isThere = templates.some((each) => refersTo(id ?? name, each));
      return [
        ...(isThere ? [] : [finding(group, 'its nodes start without a launch template of the plan')]),
        ...(group.inputs.remoteAccess ? [finding(group, 'people can log on to its nodes')] : []),
      ];
    }),
  ];
};

/** The engine has GPU nodes exactly where the stage's settings say so, within the settings' bounds. */
export const nodePoolsAsSet: Check = (plan, { settings }) => {
  const { cpu, gpu } = settings.cluster;
  const groups = ofType(plan, 'aws:eks/nodeGroup:NodeGroup');
  return [cpu, ...(gpu ? [gpu] : [])]
    .flatMap((pool) => {
      const fits = groups.filter(
        ({ inputs }) => texts(inputs.instanceTypes).join() === pool.instanceTypes.join(),
      );
      const bounded = fits.filter(({ inputs }) => {
        const { minSize, maxSize } = record(inputs.scalingConfig);
        return minSize === pool.min && maxSize === pool.max && inputs.capacityType === pool.capacity;
      });
      return bounded.length > 0
        ? []
        : [
            {
              resource: `nodes ${pool.instanceTypes.join()}`,
              problem: `no group of ${pool.min} to ${pool.max} ${pool.capacity} nodes is in the plan`,
            },
          ];
    })
    .concat(
      groups.length === (gpu ? 2 : 1)
        ? []
        : [{ resource: 'nodes', problem: `${groups.length} groups are in the plan, not ${gpu ? 2 : 1}` }],
    );
};
