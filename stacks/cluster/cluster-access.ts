import { type PolicyDocument, podTrust } from '../access/policies.ts';
import type { Stage } from '../stage.ts';

export interface ClusterAccess {
  /** Trust of a role in the pods of exactly one service account. */
  readonly trust: (namespace: string, serviceAccount: string) => $util.Output<PolicyDocument>;
  /** Lets an IAM role do everything in the cluster. */
  readonly admit: (name: string, roleArn: $util.Input<string>) => $util.Resource;
}

/**
 * Who may do what in the cluster, and how its pods become IAM roles.
 *
 * Only access entries count (authentication mode `API`), and whoever made the cluster has none. The nodes' entry is made
 * by EKS itself, with their first node group.
 */
export function createClusterAccess(stage: Stage, cluster: aws.eks.Cluster): ClusterAccess {
  const issuerUrl = cluster.identities.apply((identities) => {
    const issuer = identities[0]?.oidcs[0]?.issuer;
    if (issuer === undefined) throw new Error('The cluster has no issuer of tokens.');
    return issuer;
  });
  // Without a thumbprint: IAM checks the issuer's certificate against its own list of authorities.
  const provider = new aws.iam.OpenIdConnectProvider('cluster-issuer', {
    url: issuerUrl,
    clientIdLists: ['sts.amazonaws.com'],
  });
  const trust: ClusterAccess['trust'] = (namespace, serviceAccount) =>
    $util
      .all([provider.arn, issuerUrl])
      .apply(([providerArn, url]) =>
        podTrust({ providerArn, issuer: url.replace(/^https:\/\//, ''), namespace, serviceAccount }),
      );

  const admit: ClusterAccess['admit'] = (name, principalArn) => {
    const entry = new aws.eks.AccessEntry(`cluster-entry-${name}`, {
      clusterName: cluster.name,
      principalArn,
      type: 'STANDARD',
    });
    return new aws.eks.AccessPolicyAssociation(`cluster-access-${name}`, {
      clusterName: cluster.name,
      principalArn: entry.principalArn,
      policyArn: `arn:${stage.partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`,
      accessScope: { type: 'cluster' },
    });
  };
  for (const arn of stage.installation.clusterAdmins) admit(arn.split('/').at(-1) ?? arn, arn);
  return { trust, admit };
}
