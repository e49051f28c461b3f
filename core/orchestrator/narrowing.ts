import type { BlockedTool } from '../guardrails/schema.ts';
import type { Standing } from '../identity/roles.ts';
import type { Narrowing, TenantConfig } from '../tenants/schema.ts';

/** Whether the tenant lets one who is all of these ask on the route: it allows the route, and for one of them. */
export const mayAsk = (
  config: Pick<TenantConfig, 'allowed_routes' | 'route_roles'>,
  held: readonly Standing[],
  routeId: string,
): boolean =>
  (config.allowed_routes?.includes(routeId) ?? true) && isForOne(config.route_roles, routeId, held);

/** Whether a tool may run for one who is all of these. A blocked tool runs for nobody, whatever else is said of it. */
export const mayUse = (
  config: Pick<TenantConfig, 'blocked_tools' | 'tool_roles'>,
  held: readonly Standing[],
  tool: string,
): boolean => !blocks(config.blocked_tools, tool) && isForOne(config.tool_roles, tool, held);

/** A rule that is only tried out blocks nothing. */
const blocks = (tools: readonly BlockedTool[], tool: string): boolean =>
  tools.some((entry) => (typeof entry === 'string' ? entry === tool : entry.name === tool && !entry.shadow));

function isForOne(narrowing: Narrowing = {}, name: string, held: readonly Standing[]): boolean {
  // A tool may be called `constructor`, which every object has without having been given it.
  const standings = Object.hasOwn(narrowing, name) ? narrowing[name] : undefined;
  return standings?.some((standing) => held.includes(standing)) ?? true;
}
