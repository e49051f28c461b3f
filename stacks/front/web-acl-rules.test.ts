import { expect, test } from 'vitest';
import { settings } from '../settings.ts';
import {
  credentialHeaders,
  loggingFilter,
  tooManyRequests,
  webAclArgs,
  webAclRules,
} from './web-acl-rules.ts';

/** The rules that read bodies in the groups used here, as AWS lists them. */
const readingBodies = [
  'SizeRestrictions_BODY',
  'EC2MetaDataSSRF_BODY',
  'GenericLFI_BODY',
  'GenericRFI_BODY',
  'CrossSiteScripting_BODY',
  'JavaDeserializationRCE_BODY',
  'Log4JRCE_BODY',
  'ReactJSRCE_BODY',
];

const groups = webAclRules(100).flatMap((rule) =>
  'managedRuleGroupStatement' in rule.statement ? [rule.statement.managedRuleGroupStatement] : [],
);

test('no question and no document is turned away for what is written in it', () => {
  const counted = groups.flatMap(({ ruleActionOverrides }) => ruleActionOverrides.map(({ name }) => name));
  expect(counted).toEqual(expect.arrayContaining(readingBodies));
});

test('beside bodies only a missing User-Agent is let through', () => {
  const counted = groups.flatMap(({ ruleActionOverrides }) => ruleActionOverrides);
  expect(counted.map(({ name }) => name).filter((name) => !name.endsWith('_BODY'))).toEqual([
    'NoUserAgent_HEADER',
  ]);
  expect(counted.every(({ actionToUse }) => 'count' in actionToUse)).toBe(true);
});

test('an address that asks too often is told so, before anything else is looked at', () => {
  const [first, ...others] = webAclRules(1_234);
  expect(first).toMatchObject({
    action: { block: { customResponse: { responseCode: 429 } } },
    statement: { rateBasedStatement: { limit: 1_234, aggregateKeyType: 'IP', evaluationWindowSec: 300 } },
  });
  expect(Math.min(...others.map(({ priority }) => priority))).toBeGreaterThan(first?.priority ?? 99);
  expect(JSON.parse(tooManyRequests)).toMatchObject({ status: 429, type: 'urn:atrium:problem:rate-limited' });
});

test('priorities are unique, and limits are ones that AWS takes', () => {
  const priorities = webAclRules(100).map(({ priority }) => priority);
  expect(new Set(priorities).size).toBe(priorities.length);
  for (const { maxRequestsPerAddress } of Object.values(settings)) {
    expect(maxRequestsPerAddress).toBeGreaterThanOrEqual(10);
    expect(maxRequestsPerAddress).toBeLessThanOrEqual(2_000_000_000);
  }
});

test('nothing that AWS keeps of a request holds a credential, a query or a body', () => {
  const { dataProtectionConfig, rules, visibilityConfig } = webAclArgs(100);
  const fields = dataProtectionConfig.dataProtections.map(({ field }) => field);
  expect(fields).toContainEqual({ fieldType: 'SINGLE_HEADER', fieldKeys: [...credentialHeaders] });
  expect(fields.map(({ fieldType }) => fieldType)).toEqual(
    expect.arrayContaining(['SINGLE_COOKIE', 'QUERY_STRING', 'BODY']),
  );
  const visible = [visibilityConfig, ...rules.map((rule) => rule.visibilityConfig)];
  expect(visible.some(({ sampledRequestsEnabled }) => sampledRequestsEnabled)).toBe(false);
});

test('only what was turned away is written down', () => {
  expect(loggingFilter.defaultBehavior).toBe('DROP');
  expect(loggingFilter.filters.flatMap(({ conditions }) => conditions)).toEqual([
    { actionCondition: { action: 'BLOCK' } },
  ]);
});
