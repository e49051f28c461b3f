import type { Stage } from '../stage.ts';
import { createCertificate } from './certificate.ts';
import { edgeRegion } from './edge-region.ts';
import { type FrontBehaviors, frontBehaviors } from './front-behaviors.ts';
import { setsViewerAddress } from './viewer-address.ts';

/** Where a function answers behind the front. */
export interface FrontOrigin {
  readonly host: $util.Output<string>;
  /** Stands before every path; empty, or from `/` on. */
  readonly path: $util.Output<string>;
}

/** CloudFront's own policies (CloudFront Developer Guide, "Use managed policies"): the same in every account. */
const cachingDisabled = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
/** Function URLs and REST APIs find their function by `Host`, so the viewer's must not reach them. */
const allViewerExceptHostHeader = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

/** What the functions look for, before anything else. */
const originHeader = 'x-atrium-origin';

/** The most that CloudFront waits between bytes without a raised quota. Streams say something every 10 s. */
const readTimeoutS = 60;

/**
 * The distribution that the stage's domain points to. It keeps nothing, changes nothing but the headers below, and proves
 * itself to the functions with the origin secret and tells them the viewer's address, both in place of whatever a viewer
 * sent by these names.
 *
 * @returns the distribution's id.
 */
export function createFront(
  stage: Stage,
  of: {
    readonly origins: Readonly<Record<string, FrontOrigin>>;
    readonly originSecret: $util.Output<string>;
    readonly webAclArn: $util.Output<string>;
  },
): $util.Output<string> {
  const { domain } = stage.installation;
  if (!domain) throw new Error('A stage with a guarded front needs a domain.');
  const certificateArn = createCertificate('front-certificate', {
    domain: domain.name,
    zoneId: domain.zoneId,
    region: edgeRegion,
  });

  const behaviors = frontBehaviors();
  const behavior = behaviorOf(createResponseHeaders(stage), createViewerAddress(stage));
  const distribution = new aws.cloudfront.Distribution('front', {
    comment: stage.physical('front'),
    enabled: true,
    isIpv6Enabled: true,
    httpVersion: 'http2and3',
    // Nothing is kept at the edge, so all that distance costs is time: every place is open.
    priceClass: 'PriceClass_All',
    aliases: [domain.name],
    webAclId: of.webAclArn,
    origins: behaviors.origins.map((name) => originOf(name, of)),
    defaultCacheBehavior: behavior(behaviors.otherwise),
    orderedCacheBehaviors: behaviors.ordered.map(({ pathPattern, origin }) => ({
      ...behavior(origin),
      pathPattern,
    })),
    restrictions: { geoRestriction: { restrictionType: 'none' } },
    viewerCertificate: {
      acmCertificateArn: certificateArn,
      sslSupportMethod: 'sni-only',
      minimumProtocolVersion: 'TLSv1.2_2021',
    },
  });

  for (const type of ['A', 'AAAA']) {
    new aws.route53.Record(`front-${type.toLowerCase()}`, {
      zoneId: domain.zoneId,
      name: domain.name,
      type,
      aliases: [
        {
          name: distribution.domainName,
          zoneId: distribution.hostedZoneId,
          evaluateTargetHealth: false,
        },
      ],
    });
  }
  return distribution.id;
}

function originOf(
  name: FrontBehaviors['otherwise'],
  of: {
    readonly origins: Readonly<Record<string, FrontOrigin>>;
    readonly originSecret: $util.Output<string>;
  },
) {
  const origin = of.origins[name];
  if (!origin) throw new Error(`The front has no address of the function ${name}.`);
  return {
    originId: name,
    domainName: origin.host,
    originPath: origin.path,
    customHeaders: [{ name: originHeader, value: of.originSecret }],
    customOriginConfig: {
      httpPort: 80,
      httpsPort: 443,
      originProtocolPolicy: 'https-only',
      originSslProtocols: ['TLSv1.2'],
      originReadTimeout: readTimeoutS,
      originKeepaliveTimeout: 60,
    },
  };
}

const behaviorOf =
  (responseHeadersPolicyId: $util.Output<string>, viewerAddressArn: $util.Output<string>) =>
  (origin: string) => ({
    targetOriginId: origin,
    // Callers bring credentials and write: a redirect would have made them send both in the clear first.
    viewerProtocolPolicy: 'https-only',
    allowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'],
    cachedMethods: ['GET', 'HEAD'],
    cachePolicyId: cachingDisabled,
    originRequestPolicyId: allViewerExceptHostHeader,
    responseHeadersPolicyId,
    functionAssociations: [{ eventType: 'viewer-request', functionArn: viewerAddressArn }],
    // Compressing would hold back what is streamed.
    compress: false,
  });

function createViewerAddress(stage: Stage): $util.Output<string> {
  return new aws.cloudfront.Function('front-viewer-address', {
    name: stage.physical('viewer-address'),
    comment: "Tells the functions the viewer's address",
    runtime: 'cloudfront-js-2.0',
    code: setsViewerAddress,
    publish: true,
  }).arn;
}

function createResponseHeaders(stage: Stage): $util.Output<string> {
  return new aws.cloudfront.ResponseHeadersPolicy('front-headers', {
    name: stage.physical('front'),
    securityHeadersConfig: {
      // Of this name only: what is below the domain may be somebody else's.
      strictTransportSecurity: {
        accessControlMaxAgeSec: 63_072_000,
        includeSubdomains: false,
        preload: false,
        override: true,
      },
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: 'DENY', override: true },
      referrerPolicy: { referrerPolicy: 'no-referrer', override: true },
    },
  }).id;
}
