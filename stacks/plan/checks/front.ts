import { setsViewerAddress } from '../../front/viewer-address.ts';
import type { Plan } from '../plan.ts';
import {
  type Check,
  type Finding,
  finding,
  type Inputs,
  ofType,
  record,
  records,
  refersTo,
  texts,
} from './check.ts';

const distributions = (plan: Plan) => ofType(plan, 'aws:cloudfront/distribution:Distribution');

/** Every way through a distribution, with its path for the reader. */
const behaviorsOf = ({ defaultCacheBehavior, orderedCacheBehaviors }: Inputs): Inputs[] => [
  { pathPattern: 'other paths', ...record(defaultCacheBehavior) },
  ...records(orderedCacheBehaviors),
];

/** From the viewer to the function nobody reads along: TLS 1.2 at least, on every path, on both sides of the front. */
export const tlsFront: Check = (plan) =>
  distributions(plan).flatMap((each) => {
    const { minimumProtocolVersion } = record(each.inputs.viewerCertificate);
    const plain = behaviorsOf(each.inputs).filter(
      ({ viewerProtocolPolicy }) => viewerProtocolPolicy !== 'https-only',
    );
    const origins = records(each.inputs.origins).filter(({ customOriginConfig }) => {
      const { originProtocolPolicy, originSslProtocols } = record(customOriginConfig);
      return originProtocolPolicy !== 'https-only' || texts(originSslProtocols).join() !== 'TLSv1.2';
    });
    return [
      ...(/^TLSv1\.[23]_20\d\d$/.test(String(minimumProtocolVersion))
        ? []
        : [finding(each, `viewers may use old versions of TLS (${minimumProtocolVersion})`)]),
      ...plain.map(({ pathPattern }) => finding(each, `${pathPattern} is answered without TLS`)),
      ...origins.map(({ originId }) => finding(each, `it calls ${originId} without TLS 1.2`)),
    ];
  });

/** CloudFront's own policy that keeps nothing: the same in every account. */
const cachingDisabled = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';

/** What one caller was answered is never another's answer, and every answer says how browsers must treat it. */
export const nothingKeptAtFront: Check = (plan) =>
  distributions(plan).flatMap((each) =>
    behaviorsOf(each.inputs).flatMap(({ pathPattern, cachePolicyId, responseHeadersPolicyId }) => [
      ...(cachePolicyId === cachingDisabled
        ? []
        : [finding(each, `answers to ${pathPattern} are kept at the edge`)]),
      ...(responseHeadersPolicyId
        ? []
        : [finding(each, `answers to ${pathPattern} come without security headers`)]),
    ]),
  );

/** What the functions look for, before anything else; a test says that they do. */
export const originHeader = 'x-atrium-origin';

/** The header that the front brings is the one that the functions ask for. */
export const knownOriginHeader: Check = (plan) =>
  distributions(plan).flatMap((each) =>
    records(each.inputs.origins)
      .filter(({ customHeaders }) => !records(customHeaders).some(({ name }) => name === originHeader))
      .map(({ originId }) => finding(each, `it does not bring ${originHeader} to its origin ${originId}`)),
  );

/** No viewer chooses the address that it is counted and written down by: the front sets it on every path. */
export const knownViewerAddress: Check = (plan) => {
  const setters = ofType(plan, 'aws:cloudfront/function:Function').filter(
    ({ inputs }) => inputs.code === setsViewerAddress && inputs.publish !== false,
  );
  return distributions(plan).flatMap((each) =>
    behaviorsOf(each.inputs)
      .filter(
        ({ functionAssociations }) =>
          !records(functionAssociations).some(
            ({ eventType, functionArn }) =>
              eventType === 'viewer-request' && setters.some((setter) => refersTo(functionArn, setter)),
          ),
      )
      .map(({ pathPattern }) =>
        finding(each, `on ${pathPattern} a viewer can say that it is another address`),
      ),
  );
};

/** The firewall in front turns away: who asks too often, and whatever AWS's groups know. */
export const firewallTurnsAway: Check = (plan, { settings }) => {
  const acls = ofType(plan, 'aws:wafv2/webAcl:WebAcl');
  return distributions(plan).flatMap((each): Finding[] => {
    const acl = acls.find((one) => refersTo(each.inputs.webAclId, one));
    if (!acl) return [finding(each, 'no firewall of the plan is in front of it')];
    const rules = records(acl.inputs.rules);
    const rate = rules.some(({ action, statement }) => {
      const { limit } = record(record(statement).rateBasedStatement);
      return record(action).block !== undefined && limit === settings.maxRequestsPerAddress;
    });
    const groups = rules.filter(({ statement }) => record(statement).managedRuleGroupStatement !== undefined);
    return [
      ...(rate
        ? []
        : [
            finding(
              acl,
              `an address may make more than ${settings.maxRequestsPerAddress} requests in five minutes`,
            ),
          ]),
      ...(groups.length > 0 ? [] : [finding(acl, "it has none of AWS's groups of rules")]),
      ...groups
        .filter(({ overrideAction }) => record(overrideAction).none === undefined)
        .map(({ name }) => finding(acl, `what ${name} finds is let through`)),
    ];
  });
};

/** An API in front writes down neither what callers send nor who they are. */
export const quietApis: Check = (plan) => [
  ...ofType(plan, 'aws:apigateway/methodSettings:MethodSettings')
    .filter(({ inputs }) => {
      const { loggingLevel, dataTraceEnabled } = record(inputs.settings);
      return loggingLevel !== 'OFF' || dataTraceEnabled !== false;
    })
    .map((each) => finding(each, 'its log holds requests as they came, credentials among them')),
  ...ofType(plan, 'aws:apigateway/stage:Stage')
    .filter(({ inputs }) =>
      /\$context\.(identity|authorizer|path\b|requestOverride)|\$input/.test(
        String(record(inputs.accessLogSettings).format),
      ),
    )
    .map((each) => finding(each, 'its access log says who called, or what for')),
];
