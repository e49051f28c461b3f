/**
 * The parts of Kubernetes itself that EKS keeps: the network plugin, which enforces network policies, kube-proxy, names,
 * and the numbers that pods are scaled by. What people change by hand in them is set back.
 *
 * @param networkPluginRoleArn what the network plugin runs as, so that nodes need not have its rights.
 * @returns those that must stand before the first node, since a node without a network is never ready, and how to make
 * the others, which need nodes to run on.
 */
export function createAddOns(cluster: aws.eks.Cluster, networkPluginRoleArn: $util.Output<string>) {
  const addOn = (
    addonName: string,
    more: Partial<aws.eks.AddonArgs> = {},
    dependsOn: readonly $util.Resource[] = [],
  ) =>
    new aws.eks.Addon(
      addonName,
      {
        clusterName: cluster.name,
        addonName,
        resolveConflictsOnCreate: 'OVERWRITE',
        resolveConflictsOnUpdate: 'OVERWRITE',
        ...more,
      },
      { dependsOn: [...dependsOn] },
    );
  return {
    beforeNodes: [
      addOn('vpc-cni', {
        serviceAccountRoleArn: networkPluginRoleArn,
        configurationValues: JSON.stringify({ enableNetworkPolicy: 'true' }),
      }),
      addOn('kube-proxy'),
    ],
    createOnNodes: (nodes: aws.eks.NodeGroup) => [
      addOn('coredns', {}, [nodes]),
      addOn('metrics-server', {}, [nodes]),
    ],
  };
}
