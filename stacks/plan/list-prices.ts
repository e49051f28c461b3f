/**
 * What standing resources cost in us-east-1, on demand, in USD, without tax or discounts. List prices are AWS's to
 * change: `docs/unverified.md` says how to compare them with the price list of today.
 */
export const hoursAMonth = 730;

/** An hour of a machine on demand. */
export const instanceHour: Readonly<Record<string, number>> = {
  't3.large': 0.0832,
  'm6i.large': 0.096,
  'm7i.large': 0.1008,
  'm6i.xlarge': 0.192,
  'm7i.xlarge': 0.2016,
  'g5.xlarge': 1.006,
  'g6.xlarge': 0.8048,
  'g6.2xlarge': 0.9776,
};

/** What is commonly paid for spare capacity, as a part of the price on demand; it varies by the hour. */
export const spotPart = 0.4;

/** Each as one unit and hour. */
export const hourly = {
  cluster: 0.1,
  natGateway: 0.045,
  publicAddress: 0.005,
  interfaceEndpointInZone: 0.01,
  networkLoadBalancer: 0.0225,
} as const;

/** Each as one unit and month. */
export const monthly = {
  key: 1,
  secret: 0.4,
  webAcl: 5,
  webAclRule: 1,
  alarmMetric: 0.1,
  gp3Gigabyte: 0.08,
  privateZone: 0.5,
} as const;
