/** Resources whose Pulumi type does not name the Terraform one. */
export const irregularTypes: Readonly<Record<string, string>> = {
  'aws:apigateway/response:Response': 'aws_api_gateway_gateway_response',
  'aws:autoscaling/tag:Tag': 'aws_autoscaling_group_tag',
  'aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment':
    'aws_network_interface_sg_attachment',
  'aws:ec2/peeringConnectionOptions:PeeringConnectionOptions': 'aws_vpc_peering_connection_options',
  'aws:ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple':
    'aws_vpc_endpoint_service_allowed_principal',
  'aws:iam/sshKey:SshKey': 'aws_iam_user_ssh_key',
  'aws:lb/loadBalancer:LoadBalancer': 'aws_lb',
  'aws:s3/analyticsConfiguration:AnalyticsConfiguration': 'aws_s3_bucket_analytics_configuration',
  'aws:s3/bucketObjectv2:BucketObjectv2': 'aws_s3_object',
  'aws:s3/bucketReplicationConfig:BucketReplicationConfig': 'aws_s3_bucket_replication_configuration',
  'aws:s3/inventory:Inventory': 'aws_s3_bucket_inventory',
};

const restApi = { restApi: 'rest_api_id' };

/** Top-level properties that Pulumi calls otherwise than by rule: by Terraform type, Pulumi's name to Terraform's. */
export const irregularProperties: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  aws_api_gateway_authorizer: restApi,
  aws_api_gateway_base_path_mapping: { restApi: 'api_id' },
  aws_api_gateway_deployment: restApi,
  aws_api_gateway_gateway_response: restApi,
  aws_api_gateway_integration: restApi,
  aws_api_gateway_integration_response: restApi,
  aws_api_gateway_method: restApi,
  aws_api_gateway_method_response: restApi,
  aws_api_gateway_method_settings: restApi,
  aws_api_gateway_model: restApi,
  aws_api_gateway_request_validator: restApi,
  aws_api_gateway_resource: restApi,
  aws_api_gateway_stage: { ...restApi, deployment: 'deployment_id' },
  aws_api_gateway_vpc_link: { targetArn: 'target_arns' },
  aws_cloudwatch_log_subscription_filter: { logGroup: 'log_group_name' },
  aws_cloudwatch_metric_alarm: { name: 'alarm_name' },
  aws_lambda_function: { name: 'function_name', code: 'filename' },
  aws_lambda_layer_version: { code: 'filename' },
  aws_lambda_permission: { function: 'function_name' },
  aws_sns_topic_subscription: { topic: 'topic_arn' },
};

/** Lists of at most one that Pulumi gives as that one, where the schema does not say so: `type.property`. */
export const singleItemLists: ReadonlySet<string> = new Set([
  'aws_api_gateway_rest_api.endpoint_configuration.types',
  'aws_api_gateway_vpc_link.target_arns',
]);
