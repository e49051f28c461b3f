import type { Context } from 'hono';
import { z } from 'zod';
import { Problem } from '../../core/problems/problem.ts';

/** Digits alone, from 1 on: what else JavaScript takes for a number is a mistake here. */
export const wholeNumber = (max: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,8}$/)
    .transform(Number)
    .refine((n) => n <= max);

/** Which page of a list is asked for. */
export const pageQuery = z.object({
  limit: wholeNumber(100).default(50),
  cursor: z.string().min(1).max(500).optional(),
});

/** What a parameter must be, by its name. */
const reasons: Readonly<Record<string, string>> = {
  limit: 'must be a whole number from 1 to 100',
  cursor: 'is not a cursor of this list',
  version: 'must be a whole number from 1 on',
};

/** What to throw when a parameter of the address is wrong; its value is not repeated. */
export function wrongQuery(name: string, reason = reasons[name] ?? 'is wrong'): Problem {
  return new Problem('invalid', `${name}: ${reason}`, { errors: [{ field: `query:${name}`, reason }] });
}

/**
 * Reads the parameters that the schema knows; others are ignored, as they are in every address.
 *
 * @throws {Problem} `invalid` when one of them is wrong, or is there twice and so has no one reading.
 */
export function readQuery<S extends z.ZodObject>(schema: S, c: Context): z.output<S> {
  for (const [name, values] of Object.entries(c.req.queries())) {
    if (Object.hasOwn(schema.shape, name) && values.length > 1) throw wrongQuery(name, 'is there twice');
  }
  const result = schema.safeParse(c.req.query());
  if (result.success) return result.data;
  throw wrongQuery(String(result.error.issues[0]?.path[0] ?? ''));
}
