import { clusterServices } from './cluster/cluster-services.ts';
import type { Cluster } from './cluster.ts';
import { createCertificate } from './front/certificate.ts';
import type { Network } from './network.ts';
import type { ServiceName, ServiceResource } from './resources.ts';
import type { Stage } from './stage.ts';

/** Base URLs of what runs in the cluster, or of somebody else's engine. */
export type Services = Readonly<Record<ServiceName, $util.Output<string>>>;

export interface LoadBalancer {
  readonly services: Services;
  /** Parts of ARNs, by which CloudWatch knows the load balancer and, by service, where it sends to. */
  readonly arnSuffix: $util.Output<string>;
  readonly targetGroups: Readonly<Record<string, $util.Output<string>>>;
}

/**
 * The way from the functions into the cluster: a load balancer without a public address, in front of the CPU nodes. Each
 * service has the same port on the load balancer as on the nodes, since at this layer only ports tell services apart.
 *
 * A connection that is silent for 350 s is cut, which is AWS's own limit; a stream of ours is never silent for 20 s.
 */
export function createLoadBalancer(
  stage: Stage,
  given: { network: Network; cluster: Cluster },
): LoadBalancer {
  const { network, cluster } = given;
  const balancer = new aws.lb.LoadBalancer('services', {
    name: stage.physical('services'),
    loadBalancerType: 'network',
    internal: true,
    subnets: network.nodeSubnetIds,
    securityGroups: [network.loadBalancerGroupId],
    // A zone without a node of its own, as spot instances may leave it, is served by the others.
    enableCrossZoneLoadBalancing: true,
    enableDeletionProtection: stage.settings.retained,
  });
  const names = createNames(stage, network, balancer);

  const made = clusterServices(stage).map((service) => {
    const targets = createTargets(stage, given, service);
    const listener = new aws.lb.Listener(service.name, {
      loadBalancerArn: balancer.arn,
      port: service.nodePort,
      ...(names
        ? {
            protocol: 'TLS',
            certificateArn: names.certificateArn,
            sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-2021-06',
          }
        : { protocol: 'TCP' }),
      defaultActions: [{ type: 'forward', targetGroupArn: targets.arn }],
    });
    new aws.autoscaling.Attachment(service.name, {
      autoscalingGroupName: cluster.cpuScalingGroup,
      lbTargetGroupArn: targets.arn,
    });
    const base = names ? names.urlOf(service.host) : $interpolate`http://${balancer.dnsName}`;
    return {
      url: [service.name, $interpolate`${base}:${listener.port.apply(Number)}`] as const,
      targetGroup: [service.name, targets.arnSuffix] as const,
    };
  });
  const somebodyElses = $output(stage.installation.engineUrl ?? '');
  return {
    services: { engine: somebodyElses, ...Object.fromEntries(made.map(({ url }) => url)) } as Services,
    arnSuffix: balancer.arnSuffix,
    targetGroups: Object.fromEntries(made.map(({ targetGroup }) => targetGroup)),
  };
}

/**
 * A certificate and names of our own for the load balancer. A stage without a domain has neither: there the functions
 * speak plain HTTP with it, inside the network, which is why that is for development.
 */
function createNames(stage: Stage, network: Network, balancer: aws.lb.LoadBalancer) {
  const { domain } = stage.installation;
  if (!domain) return undefined;
  const internal = `internal.${domain.name}`;
  // The names are known in the network only. That the certificate is for them is proved in the public zone.
  const zone = new aws.route53.Zone('internal', {
    name: internal,
    comment: `Services of ${stage.physical('cluster')}`,
    vpcs: [{ vpcId: network.vpcId }],
  });
  const certificateArn = createCertificate('internal', { domain: `*.${internal}`, zoneId: domain.zoneId });
  const urlOf = (host: string) => {
    const record = new aws.route53.Record(`internal-${host}`, {
      zoneId: zone.zoneId,
      name: `${host}.${internal}`,
      type: 'A',
      aliases: [{ name: balancer.dnsName, zoneId: balancer.zoneId, evaluateTargetHealth: false }],
    });
    return $interpolate`https://${record.fqdn}`;
  };
  return { certificateArn, urlOf };
}

/**
 * The CPU nodes, by the service's port. A node passes on to whichever node has a pod, GPU nodes too. This hop and the next
 * are plain HTTP inside the network: TLS ends at the load balancer, which the security groups let reach these ports alone.
 */
function createTargets(
  stage: Stage,
  { network }: { readonly network: Network },
  service: ServiceResource & { readonly name: ServiceName },
): aws.lb.TargetGroup {
  return new aws.lb.TargetGroup(service.name, {
    name: stage.physical(service.name),
    vpcId: network.vpcId,
    targetType: 'instance',
    protocol: 'TCP',
    port: service.nodePort,
    // Nodes see the load balancer's address: network policies then need to know the nodes' subnets only.
    preserveClientIp: 'false',
    // A node that goes lets its streams end; the longest takes two minutes.
    deregistrationDelay: 150,
    healthCheck: {
      protocol: 'HTTP',
      path: service.healthPath,
      port: 'traffic-port',
      matcher: '200',
      interval: 10,
      timeout: 5,
      healthyThreshold: 2,
      unhealthyThreshold: 2,
    },
  });
}
