import type { Plan, PlannedResource } from '../plan.ts';
import { type Check, finding } from './check.ts';

type Chosen = (resource: PlannedResource) => boolean;

const addOn = 'aws:eks/addon:Addon';
const ingressRule = 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule';
const nodeGroup = 'aws:eks/nodeGroup:NodeGroup';

const are =
  (type: string, named = /^/): Chosen =>
  (resource) =>
    resource.type === type && named.test(resource.name);

interface Order {
  readonly first: readonly Chosen[];
  readonly later: Chosen;
  /** What goes wrong otherwise. */
  readonly otherwise: string;
}

/** What AWS does not wait for by itself. The other way round, the same holds for what is removed. */
const orders: readonly Order[] = [
  {
    first: [
      are(addOn, /^(vpc-cni|kube-proxy)$/),
      are(ingressRule, /^(cluster|nodes)-from-/),
      are('aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule', /^nodes-/),
      are('aws:ec2/route:Route'),
      are('aws:ec2/routeTableAssociation:RouteTableAssociation'),
      are('aws:ec2/vpcEndpoint:VpcEndpoint'),
    ],
    later: are(nodeGroup),
    otherwise: 'its nodes are never ready, or never let go of their pods',
  },
  {
    first: [are(nodeGroup, /^cpu-/)],
    later: are(addOn, /^(coredns|metrics-server)$/),
    otherwise: 'it waits for nodes until its time is up',
  },
  {
    first: [are('aws:cloudwatch/logGroup:LogGroup', /^cluster-logs$/)],
    later: are('aws:eks/cluster:Cluster'),
    otherwise: 'EKS makes its log group, without a key and for ever',
  },
  {
    first: [
      are(nodeGroup),
      are(addOn),
      are(ingressRule, /^cluster-from-deploys$/),
      are('aws:eks/accessPolicyAssociation:AccessPolicyAssociation', /-deploys$/),
      are('aws:cloudwatch/eventTarget:EventTarget', /^manifests-/),
      are('aws:s3/bucketNotification:BucketNotification', /^manifests-/),
    ],
    later: are('aws:s3/bucketObjectv2:BucketObjectv2', /^manifests$/),
    otherwise: 'its upload starts no build, or one that can do nothing yet',
  },
  {
    first: [are('aws:acm/certificateValidation:CertificateValidation', /^internal-/)],
    later: are('aws:lb/listener:Listener'),
    otherwise: 'its certificate is not issued yet',
  },
];

/** Everything that the resource waits for, directly or not, as `type::name`. */
function waitsFor(plan: Plan, resource: PlannedResource): ReadonlySet<string> {
  const byId = new Map(plan.resources.map((each) => [`${each.type}::${each.name}`, each]));
  const found = new Set<string>();
  const add = (of: PlannedResource | undefined) => {
    for (const id of of?.after ?? []) {
      if (found.has(id)) continue;
      found.add(id);
      add(byId.get(id));
    }
  };
  add(resource);
  return found;
}

/** What something needs from its first moment to its last is made before it, and removed after it. */
export const madeInOrder: Check = (plan) =>
  orders.flatMap(({ first, later, otherwise }) =>
    plan.resources.filter(later).flatMap((resource) => {
      const waited = waitsFor(plan, resource);
      return first.flatMap((chosen) => {
        const needed = plan.resources.filter(chosen);
        if (needed.length === 0)
          return [finding(resource, 'something that it must wait for is not in the plan')];
        return needed
          .filter(({ type, name }) => !waited.has(`${type}::${name}`))
          .map(({ name }) => finding(resource, `it does not wait for ${name}: ${otherwise}`));
      });
    }),
  );
