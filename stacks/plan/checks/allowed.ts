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

/** Statements whose resource is `*`. */
export const allowedWildcards: readonly Allowed[] = [];

/** Policies of AWS's own that a role may have. */
export const allowedManagedPolicies: readonly { readonly policy: string; readonly why: string }[] = [
  { policy: 'AmazonEKSClusterPolicy', why: 'what the control plane does to networks changes with EKS' },
  { policy: 'AmazonEKSWorkerNodePolicy', why: 'what the agent of a node asks for changes with EKS' },
  { policy: 'AmazonEKS_CNI_Policy', why: 'what the network plugin does to interfaces changes with EKS' },
  { policy: 'AmazonEC2ContainerRegistryPullOnly', why: 'add-ons come from registries of AWS' },
];
