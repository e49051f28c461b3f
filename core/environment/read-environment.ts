import type { z } from 'zod';

/**
 * Reads the process environment once, at cold start. Empty values count as missing.
 *
 * @throws {Error} naming every variable that is missing or wrong, never its value.
 */
export function readEnvironment<S extends z.ZodObject>(
  schema: S,
  source: NodeJS.ProcessEnv = process.env,
): z.output<S> {
  const present = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
  const result = schema.safeParse(present);
  if (result.success) return result.data;
  const wrong = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`The environment is incomplete. ${wrong.join('; ')}`);
}
