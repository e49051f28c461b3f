import { describe, expect, it } from 'vitest';
import { resourceTypes } from './resource-type.ts';

const types = [
  'aws_api_gateway_rest_api',
  'aws_dynamodb_table',
  'aws_iam_openid_connect_provider',
  'aws_instance',
  'aws_lb',
  'aws_lb_listener',
  'aws_vpc_endpoint',
];
const typeOf = resourceTypes(Object.fromEntries(types.map((type) => [type, { block: {} }])));

describe('resource types', () => {
  it.each([
    ['aws:apigateway/restApi:RestApi', 'aws_api_gateway_rest_api'],
    ['aws:dynamodb/table:Table', 'aws_dynamodb_table'],
    ['aws:ec2/vpcEndpoint:VpcEndpoint', 'aws_vpc_endpoint'],
    ['aws:iam/openIdConnectProvider:OpenIdConnectProvider', 'aws_iam_openid_connect_provider'],
    ['aws:lb/listener:Listener', 'aws_lb_listener'],
    ['aws:lb/loadBalancer:LoadBalancer', 'aws_lb'],
  ])('%s is %s', (token, type) => {
    expect(typeOf(token)).toBe(type);
  });

  it('a type that the provider lacks is no other of the same last name', () => {
    expect(typeOf('aws:connect/instance:Instance')).toBeUndefined();
    expect(typeOf('aws:iam/sshKey:SshKey')).toBeUndefined();
  });
});
