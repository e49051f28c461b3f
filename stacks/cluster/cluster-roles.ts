import type { Statement } from '../access/policies.ts';
import { createRoles, type Roles } from '../access/roles.ts';
import type { ServiceName } from '../resources.ts';
import type { Stage } from '../stage.ts';
import type { Storage } from '../storage.ts';
import type { ClusterAccess } from './cluster-access.ts';
import { clusterServices } from './cluster-services.ts';

export interface ClusterRoles {
  /** By the service; absent for one that needs nothing of AWS. */
  readonly services: Readonly<Partial<Record<ServiceName, Roles>>>;
  /** ARN of the role of the pods that give pods their addresses. */
  readonly networkPlugin: $util.Output<string>;
  /** ARN of the role of what adds and takes away nodes. */
  readonly autoscaler: $util.Output<string>;
}

/** The roles that pods take on; each trusts its own service account alone. */
export function createClusterRoles(
  stage: Stage,
  { keyArn }: Storage,
  trust: ClusterAccess['trust'],
): ClusterRoles {
  const services = Object.fromEntries(
    clusterServices(stage)
      .filter(({ tenantData, grants }) => tenantData || grants)
      .map(({ name, tenantData, grants }) => [
        name,
        createRoles(stage, name, trust('atrium', name), { keyArn, tenantData, grants }),
      ]),
  );

  const networkPlugin = createRoles(stage, 'network-plugin', trust('kube-system', 'aws-node'), { keyArn });
  const networkPolicy = new aws.iam.RolePolicyAttachment('network-plugin-policy', {
    role: networkPlugin.role.name,
    policyArn: `arn:${stage.partition}:iam::aws:policy/AmazonEKS_CNI_Policy`,
  });

  const autoscaler = createRoles(stage, 'cluster-autoscaler', trust('kube-system', 'cluster-autoscaler'), {
    keyArn,
    more: autoscalerStatements(stage),
  });
  return {
    services,
    networkPlugin: $util.all([networkPlugin.roleArn, networkPolicy.id]).apply(([arn]) => arn),
    autoscaler: autoscaler.roleArn,
  };
}

/** Of the cluster's own node groups the autoscaler changes the size, and nothing else. EKS gives them the tag. */
function autoscalerStatements(stage: Stage): Statement[] {
  const cluster = stage.physical('cluster');
  return [
    {
      Sid: 'Resize',
      Effect: 'Allow',
      Action: ['autoscaling:SetDesiredCapacity', 'autoscaling:TerminateInstanceInAutoScalingGroup'],
      Resource: stage.arn('autoscaling', 'autoScalingGroup:*:autoScalingGroupName/eks-*'),
      Condition: {
        StringEquals: { [`aws:ResourceTag/k8s.io/cluster-autoscaler/${cluster}`]: 'owned' },
      },
    },
    {
      Sid: 'LookAtNodeGroups',
      Effect: 'Allow',
      Action: 'eks:DescribeNodegroup',
      Resource: stage.arn('eks', `nodegroup/${cluster}/*/*`),
    },
    // These actions know no resource.
    {
      Sid: 'Look',
      Effect: 'Allow',
      Action: [
        'autoscaling:DescribeAutoScalingGroups',
        'autoscaling:DescribeAutoScalingInstances',
        'autoscaling:DescribeLaunchConfigurations',
        'autoscaling:DescribeScalingActivities',
        'autoscaling:DescribeTags',
        'ec2:DescribeImages',
        'ec2:DescribeInstanceTypes',
        'ec2:DescribeLaunchTemplateVersions',
        'ec2:GetInstanceTypesFromInstanceRequirements',
      ],
      Resource: '*',
    },
  ];
}
