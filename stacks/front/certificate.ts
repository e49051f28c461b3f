/**
 * A certificate for names in a public zone of Route 53, proved by records there and renewed by AWS as long as they
 * stand.
 *
 * @param name of the resources inside the app.
 * @param of `domain` may be a wildcard; `region` is where it is used: CloudFront takes certificates of us-east-1 only.
 * @returns the ARN, known once AWS has seen the records.
 */
export function createCertificate(
  name: string,
  of: {
    readonly domain: string;
    readonly alternativeNames?: readonly string[];
    readonly zoneId: string;
    readonly region?: string;
  },
): $util.Output<string> {
  const names = [of.domain, ...(of.alternativeNames ?? [])];
  const region = of.region === undefined ? {} : { region: of.region as aws.Region };
  const certificate = new aws.acm.Certificate(name, {
    domainName: of.domain,
    subjectAlternativeNames: names,
    validationMethod: 'DNS',
    keyAlgorithm: 'EC_prime256v1',
    ...region,
  });

  // A name and the wildcard below it are proved by the same record.
  const bare = (each: string) => each.replace(/^\*\./, '');
  const records = [...new Set(names.map(bare))].map((each) => {
    const proof = certificate.domainValidationOptions.apply((options) => {
      const found = options.find(({ domainName }) => bare(domainName) === each);
      if (!found) throw new Error(`The certificate ${name} says nothing about how to prove ${each}.`);
      return found;
    });
    return new aws.route53.Record(`${name}-proof-${each}`, {
      zoneId: of.zoneId,
      name: proof.resourceRecordName,
      type: proof.resourceRecordType,
      records: [proof.resourceRecordValue],
      ttl: 300,
      // Certificates of other regions and stages for the same name are proved by the same record.
      allowOverwrite: true,
    });
  });

  return new aws.acm.CertificateValidation(`${name}-validated`, {
    certificateArn: certificate.arn,
    validationRecordFqdns: records.map(({ fqdn }) => fqdn),
    ...region,
  }).certificateArn;
}
