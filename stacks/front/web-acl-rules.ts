/** A rule group that AWS keeps, and those of its rules that only count here. */
interface ManagedGroup {
  readonly name: string;
  readonly priority: number;
  readonly counted: readonly string[];
}

/**
 * What AWS's groups may turn away. Every rule that reads bodies only counts: bodies are what people write to a chat and
 * the documents that they upload. "What does <script> do?", `../config`, `${jndi:...}`, the address of the metadata
 * service and a document of 5 MB are all good questions; nothing behind the front runs a body as markup, a path, a
 * template or an address, and sizes are limited by what reads them. What is in headers, cookies, paths and queries is
 * turned away. Callers are programs, too, so a request without a `User-Agent` only counts.
 *
 * https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
 */
export const managedGroups: readonly ManagedGroup[] = [
  { name: 'AWSManagedRulesAmazonIpReputationList', priority: 1, counted: [] },
  {
    name: 'AWSManagedRulesKnownBadInputsRuleSet',
    priority: 2,
    counted: ['JavaDeserializationRCE_BODY', 'Log4JRCE_BODY', 'ReactJSRCE_BODY'],
  },
  {
    name: 'AWSManagedRulesCommonRuleSet',
    priority: 3,
    counted: [
      'NoUserAgent_HEADER',
      'SizeRestrictions_BODY',
      'EC2MetaDataSSRF_BODY',
      'GenericLFI_BODY',
      'GenericRFI_BODY',
      'CrossSiteScripting_BODY',
    ],
  },
];

/** Headers that hold what callers and the front prove themselves with; no record keeps them. */
export const credentialHeaders = ['authorization', 'cookie', 'x-api-key', 'x-atrium-origin'] as const;

/** How far back an address's requests are counted, in seconds. */
const windowS = 300;

/** What an address that asks too often is told, in the shape of the product's own problems. */
export const tooManyRequests = JSON.stringify({
  type: 'urn:atrium:problem:rate-limited',
  title: 'This address has sent too many requests',
  status: 429,
});

const tooManyRequestsKey = 'too-many-requests';

/** No samples: they would keep whole requests where no retention and no redaction of ours reaches. */
const visibility = (metricName: string) => ({
  cloudwatchMetricsEnabled: true,
  metricName,
  sampledRequestsEnabled: false,
});

/** @param maxRequestsPerAddress in five minutes. */
export function webAclRules(maxRequestsPerAddress: number) {
  const perAddress = {
    name: 'requests-per-address',
    priority: 0,
    action: {
      block: {
        customResponse: {
          responseCode: 429,
          customResponseBodyKey: tooManyRequestsKey,
          responseHeaders: [{ name: 'retry-after', value: '60' }],
        },
      },
    },
    statement: {
      rateBasedStatement: {
        aggregateKeyType: 'IP',
        evaluationWindowSec: windowS,
        limit: maxRequestsPerAddress,
      },
    },
    visibilityConfig: visibility('requests-per-address'),
  };
  const managed = managedGroups.map(({ name, priority, counted }) => ({
    name,
    priority,
    overrideAction: { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: 'AWS',
        name,
        ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
      },
    },
    visibilityConfig: visibility(name),
  }));
  return [perAddress, ...managed];
}

/** Everything of the web ACL that is not its name or place. */
export const webAclArgs = (maxRequestsPerAddress: number) => ({
  scope: 'CLOUDFRONT',
  defaultAction: { allow: {} },
  rules: webAclRules(maxRequestsPerAddress),
  customResponseBodies: [
    { key: tooManyRequestsKey, contentType: 'APPLICATION_JSON', content: tooManyRequests },
  ],
  // Whatever AWS writes about a request, also the piece of it that a rule matched.
  dataProtectionConfig: {
    dataProtections: [
      { fieldType: 'SINGLE_HEADER', fieldKeys: [...credentialHeaders] },
      { fieldType: 'SINGLE_COOKIE' },
      { fieldType: 'QUERY_STRING' },
      { fieldType: 'BODY' },
    ].map((field) => ({ action: 'SUBSTITUTION', field })),
  },
  visibilityConfig: visibility('web-acl'),
});

/** Of what the web ACL decides only what it turned away is written down. */
export const loggingFilter = {
  defaultBehavior: 'DROP',
  filters: [
    {
      behavior: 'KEEP',
      requirement: 'MEETS_ANY',
      conditions: [{ actionCondition: { action: 'BLOCK' } }],
    },
  ],
};
