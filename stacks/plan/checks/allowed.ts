/** Where AWS leaves no choice. Each entry is used by a plan; a test says so. */
export interface Allowed {
  /** Of the resource that the statement stands in. */
  readonly type: string;
  /** Of its name in the app. */
  readonly name: RegExp;
  /** All the actions that the statement may have. */
  readonly actions: readonly string[];
  readonly why: string;
}

const policy = 'aws:iam/rolePolicy:RolePolicy';
const endpoint = 'aws:ec2/vpcEndpoint:VpcEndpoint';

/** Statements whose resource is `*`, or every one of its kind. */
export const allowedWildcards: readonly Allowed[] = [
  {
    type: policy,
    name: /^chat-policy$/,
    actions: [
      'ec2:AssignPrivateIpAddresses',
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:UnassignPrivateIpAddresses',
    ],
    why: 'Lambda refuses a function in a network whose role has less; another statement takes it from the code',
  },
  {
    type: policy,
    name: /^flow-logs-policy$/,
    actions: ['logs:DescribeLogGroups'],
    why: 'it is granted for all groups of an account and region, or for none',
  },
  {
    type: policy,
    name: /^cluster-autoscaler-policy$/,
    actions: [
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
    why: 'these only look, and IAM knows no resource for them',
  },
  {
    type: policy,
    name: /^cluster-deploys-policy$/,
    actions: [
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:CreateNetworkInterfacePermission',
      'ec2:DescribeDhcpOptions',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeSubnets',
      'ec2:DescribeVpcs',
    ],
    why: 'an interface has no name before it is made: subnets and service are conditions; the others only look',
  },
  {
    type: endpoint,
    name: /^ecr\.(api|dkr)$/,
    actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchCheckLayerAvailability'],
    why: "AWS keeps its add-ons' images in accounts that differ by region; only callers of the account pass",
  },
  {
    type: endpoint,
    name: /^ecr\.(api|dkr)$/,
    actions: ['ecr:GetAuthorizationToken'],
    why: 'IAM knows no resource for it; only callers of the account pass',
  },
  {
    type: endpoint,
    name: /^sts$/,
    actions: ['sts:GetCallerIdentity'],
    why: 'IAM knows no resource for it; only callers of the account pass',
  },
  {
    type: policy,
    name: /^ingest-machine-policy$/,
    actions: [
      'logs:CreateLogDelivery',
      'logs:DeleteLogDelivery',
      'logs:DescribeLogGroups',
      'logs:DescribeResourcePolicies',
      'logs:GetLogDelivery',
      'logs:ListLogDeliveries',
      'logs:PutResourcePolicy',
      'logs:UpdateLogDelivery',
    ],
    why: 'deliveries of logs have no resource in IAM',
  },
  {
    type: policy,
    name: /^ingest-machine-policy$/,
    actions: [
      'xray:GetSamplingRules',
      'xray:GetSamplingTargets',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ],
    why: 'traces have no resource in IAM',
  },
  {
    type: policy,
    name: /^api-log-policy$/,
    actions: [
      'logs:CreateLogGroup',
      'logs:CreateLogStream',
      'logs:DescribeLogGroups',
      'logs:DescribeLogStreams',
      'logs:FilterLogEvents',
      'logs:GetLogEvents',
      'logs:PutLogEvents',
    ],
    why: 'API Gateway has one role an account for its logs, and refuses one that may do less',
  },
  {
    type: 'aws:ec2/vpcEndpoint:VpcEndpoint',
    name: /^logs$/,
    actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
    why: 'an endpoint grants nothing, and the groups are of this account',
  },
];

/** Statements that let everybody do something who reaches the resource. */
export const allowedForEverybody: readonly Allowed[] = [
  {
    type: endpoint,
    name: /^s3$/,
    actions: ['s3:GetObject'],
    why: "layers of images lie in buckets of AWS's, which ask nobody who they are",
  },
  {
    type: endpoint,
    name: /^sts$/,
    actions: ['sts:AssumeRoleWithWebIdentity'],
    why: "a pod has no credentials yet when it asks for them: the trust of the stage's role decides",
  },
];

/** Policies of AWS's own that a role may have. */
export const allowedManagedPolicies: readonly { readonly policy: string; readonly why: string }[] = [
  { policy: 'AmazonEKSClusterPolicy', why: 'what the control plane does to networks changes with EKS' },
  { policy: 'AmazonEKSWorkerNodePolicy', why: 'what the agent of a node asks for changes with EKS' },
  { policy: 'AmazonEKS_CNI_Policy', why: 'what the network plugin does to interfaces changes with EKS' },
  { policy: 'AmazonEC2ContainerRegistryPullOnly', why: 'add-ons come from registries of AWS' },
];
