import { hourly, hoursAMonth, instanceHour, monthly, spotPart } from './list-prices.ts';
import type { Plan, PlannedResource } from './plan.ts';
import { plannedId } from './planned-id.ts';

const launchTemplate = 'aws:ec2/launchTemplate:LaunchTemplate';

export interface CostLine {
  readonly what: string;
  readonly count: number;
  /** USD a month for all of them. */
  readonly usd: number;
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** How many machines a pool keeps when nothing happens. */
function nodesOf({ inputs }: PlannedResource): number {
  return (inputs.scalingConfig as { minSize: number }).minSize;
}

/** @throws for a machine without a known price. */
function nodeHour({ inputs }: PlannedResource): number {
  const type = String(list(inputs.instanceTypes)[0]);
  const price = instanceHour[type];
  if (price === undefined) throw new Error(`stacks/plan/list-prices.ts has no price for ${type}`);
  return inputs.capacityType === 'SPOT' ? price * spotPart : price;
}

/** The gigabytes of a node's disks. */
function diskGbOf(pool: PlannedResource, plan: Plan): number {
  const id = (pool.inputs.launchTemplate as { id?: string } | undefined)?.id;
  const template = plan.resources.find(
    ({ type, name }) => type === launchTemplate && plannedId(type, name) === id,
  );
  const disks = list(template?.inputs.blockDeviceMappings) as readonly { ebs?: { volumeSize?: number } }[];
  return disks.reduce((sum, { ebs }) => sum + (ebs?.volumeSize ?? 0), 0);
}

/**
 * What a stage costs a month before anybody asks anything: what stands, at its smallest size. Use (requests, tokens of
 * GPUs beyond the smallest size, storage, logs, traffic) comes on top.
 */
export function standingCost(plan: Plan): readonly CostLine[] {
  const of = (type: string) => plan.resources.filter((resource) => resource.type === type);
  const simple = (what: string, type: string, usdEach: number): CostLine => {
    const count = of(type).length;
    return { what, count, usd: count * usdEach };
  };
  const pools = of('aws:eks/nodeGroup:NodeGroup').map((pool): CostLine => {
    const count = nodesOf(pool);
    const capacity = pool.inputs.capacityType === 'SPOT' ? 'spot' : 'on demand';
    return {
      what: `${list(pool.inputs.instanceTypes)[0]} nodes, ${capacity}`,
      count,
      usd: count * nodeHour(pool) * hoursAMonth,
    };
  });
  const diskGb = of('aws:eks/nodeGroup:NodeGroup').reduce(
    (sum, pool) => sum + nodesOf(pool) * diskGbOf(pool, plan),
    0,
  );
  const endpointZones = of('aws:ec2/vpcEndpoint:VpcEndpoint')
    .filter(({ inputs }) => inputs.vpcEndpointType === 'Interface')
    .reduce((sum, { inputs }) => sum + list(inputs.subnetIds).length, 0);
  const webAclRules = of('aws:wafv2/webAcl:WebAcl').reduce(
    (sum, { inputs }) => sum + list(inputs.rules).length,
    0,
  );
  const alarmMetrics = of('aws:cloudwatch/metricAlarm:MetricAlarm').reduce((sum, { inputs }) => {
    const queries = list(inputs.metricQueries) as readonly { metric?: unknown }[];
    return sum + Math.max(1, queries.filter(({ metric }) => metric !== undefined).length);
  }, 0);
  const hour = (usd: number) => usd * hoursAMonth;
  return [
    simple('cluster (control plane)', 'aws:eks/cluster:Cluster', hour(hourly.cluster)),
    ...pools,
    { what: 'disks of the nodes (GB)', count: diskGb, usd: diskGb * monthly.gp3Gigabyte },
    simple('NAT gateways', 'aws:ec2/natGateway:NatGateway', hour(hourly.natGateway)),
    simple('public addresses', 'aws:ec2/eip:Eip', hour(hourly.publicAddress)),
    {
      what: 'interface endpoints (each in a zone)',
      count: endpointZones,
      usd: endpointZones * hour(hourly.interfaceEndpointInZone),
    },
    simple('network load balancer', 'aws:lb/loadBalancer:LoadBalancer', hour(hourly.networkLoadBalancer)),
    simple('web ACL', 'aws:wafv2/webAcl:WebAcl', monthly.webAcl),
    { what: 'rules of the web ACL', count: webAclRules, usd: webAclRules * monthly.webAclRule },
    simple('keys', 'aws:kms/key:Key', monthly.key),
    simple('secrets', 'aws:secretsmanager/secret:Secret', monthly.secret),
    { what: 'metrics of alarms', count: alarmMetrics, usd: alarmMetrics * monthly.alarmMetric },
    simple('hosted zones', 'aws:route53/zone:Zone', monthly.privateZone),
  ].filter(({ count }) => count > 0);
}

const dollars = (usd: number) => (usd < 10 ? usd.toFixed(2) : Math.round(usd).toLocaleString('en-US'));

/** The costs of stages beside each other, as a table in Markdown: `count: USD a month` each. */
export function costTable(plans: readonly Plan[]): string {
  const columns = plans.map((plan) => ({ stage: plan.app.stage, lines: standingCost(plan) }));
  const rows = [...new Set(columns.flatMap(({ lines }) => lines.map(({ what }) => what)))];
  const cell = (lines: readonly CostLine[], what: string) => {
    const line = lines.find((each) => each.what === what);
    return line ? `${line.count}: ${dollars(line.usd)}` : '-';
  };
  const total = (lines: readonly CostLine[]) => dollars(lines.reduce((sum, { usd }) => sum + usd, 0));
  return [
    `| | ${columns.map(({ stage }) => stage).join(' | ')} |`,
    `|---|${columns.map(() => '---|').join('')}`,
    ...rows.map((what) => `| ${what} | ${columns.map(({ lines }) => cell(lines, what)).join(' | ')} |`),
    `| **USD a month** | ${columns.map(({ lines }) => `**${total(lines)}**`).join(' | ')} |`,
  ].join('\n');
}
