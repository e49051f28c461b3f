import type { Stage } from '../stage.ts';
import { edgeArn, edgeRegion } from './edge-region.ts';
import { credentialHeaders, loggingFilter, webAclArgs } from './web-acl-rules.ts';

/**
 * The web ACL in front of the distribution, and the log of what it turned away.
 *
 * @returns its ARN.
 */
export function createWebAcl(stage: Stage, edgeKeyArn: $util.Output<string>): $util.Output<string> {
  const webAcl = new aws.wafv2.WebAcl('web-acl', {
    name: stage.physical('front'),
    region: edgeRegion,
    ...webAclArgs(stage.settings.maxRequestsPerAddress),
  });

  // AWS asks for this beginning of the name.
  const logName = `aws-waf-logs-${stage.physical('front')}`;
  const log = new aws.cloudwatch.LogGroup('web-acl-log', {
    name: logName,
    region: edgeRegion,
    retentionInDays: stage.settings.logRetentionDays,
    kmsKeyId: edgeKeyArn,
  });
  new aws.wafv2.WebAclLoggingConfiguration('web-acl-logging', {
    region: edgeRegion,
    resourceArn: webAcl.arn,
    logDestinationConfigs: [log.arn.apply(() => edgeArn(stage, 'logs', `log-group:${logName}`))],
    loggingFilter,
    redactedFields: [...credentialHeaders.map((name) => ({ singleHeader: { name } })), { queryString: {} }],
  });
  return webAcl.arn;
}
