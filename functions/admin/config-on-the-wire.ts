import { z } from 'zod';
import { checkRules } from '../../core/guardrails/check-rules.ts';
import { builtInRoutes } from '../../core/orchestrator/built-in-routes.ts';
import { routesOf } from '../../core/orchestrator/choose-route.ts';
import { type TenantConfig, tenantConfigSchema } from '../../core/tenants/schema.ts';

/** There is no list of tools yet; this is what their names look like. */
const toolName = /^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,63}$/;

/** What a configuration may have as JSON. */
export const maxConfigBytes = 256 * 1024;

/**
 * A configuration as somebody sends it, to be stored or to be tried. The tenant it names is checked as everywhere else:
 * malformed is 400, another one 403. A narrowing whose name is misspelt would narrow nothing, a misspelt route that is
 * allowed would leave none, and a rule that cannot be applied would guard nothing, so none of them is taken; what is stored
 * stays readable, whatever is checked later.
 */
export const configOnTheWire = tenantConfigSchema
  .extend({ tenant_id: z.string() })
  .superRefine((config, context) => {
    for (const [path, message] of misspelt(config)) context.addIssue({ code: 'custom', path, message });
  })
  .check(({ value, issues }) => {
    // Rules are read only where their number and length are within bounds.
    if (issues.length > 0) return;
    for (const { path, message } of checkRules(value))
      issues.push({ code: 'custom', path, message, input: value });
  });

function* misspelt(config: TenantConfig): Generator<[path: (string | number)[], message: string]> {
  const routes = new Set(routesOf(config, builtInRoutes).map(({ id }) => id));
  for (const name of Object.keys(config.route_roles ?? {}))
    if (!routes.has(name)) yield [['route_roles', name], 'is not a route'];
  for (const [index, name] of (config.allowed_routes ?? []).entries())
    if (!routes.has(name)) yield [['allowed_routes', index], 'is not a route'];
  const own = new Set<string>();
  for (const [index, { id }] of (config.routes ?? []).entries()) {
    if (own.has(id)) yield [['routes', index, 'id'], 'must be different from those before it'];
    own.add(id);
  }
  for (const name of Object.keys(config.tool_roles ?? {}))
    if (!toolName.test(name)) yield [['tool_roles', name], 'is not a name of a tool'];
}
