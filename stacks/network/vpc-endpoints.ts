import { type EndpointService, endpointPolicy } from '../access/endpoint-policies.ts';
import type { Stage } from '../stage.ts';

/**
 * Ways from the network to services of AWS that do not lead through the internet.
 *
 * S3 and DynamoDB are free, so every stage has them, for all private subnets. The others cost by the hour and zone:
 * `settings.interfaceEndpoints`. What only nodes ask for now and then (EC2, EKS, Auto Scaling) goes through NAT.
 */
export function createVpcEndpoints(
  stage: Stage,
  of: {
    readonly vpcId: $util.Output<string>;
    readonly routeTableIds: readonly $util.Output<string>[];
    /** Where interface endpoints have an address: one subnet a zone with nodes. */
    readonly subnetIds: $util.Output<string[]>;
    readonly groupId: $util.Output<string>;
  },
): readonly $util.Resource[] {
  const common = (service: EndpointService) => ({
    vpcId: of.vpcId,
    serviceName: `com.amazonaws.${stage.region}.${service}`,
    policy: JSON.stringify(endpointPolicy(stage, service)),
    tags: { Name: stage.physical(service.replace('.', '-')) },
  });

  const gateways = (['s3', 'dynamodb'] as const).map(
    (service) =>
      new aws.ec2.VpcEndpoint(service, {
        ...common(service),
        vpcEndpointType: 'Gateway',
        routeTableIds: [...of.routeTableIds],
      }),
  );
  if (!stage.settings.interfaceEndpoints) return gateways;
  const interfaces = (['secretsmanager', 'states', 'sqs', 'logs', 'sts', 'ecr.api', 'ecr.dkr'] as const).map(
    (service) =>
      new aws.ec2.VpcEndpoint(service, {
        ...common(service),
        vpcEndpointType: 'Interface',
        privateDnsEnabled: true,
        subnetIds: of.subnetIds,
        securityGroupIds: [of.groupId],
      }),
  );
  return [...gateways, ...interfaces];
}
