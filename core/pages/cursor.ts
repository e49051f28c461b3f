import type { z } from 'zod';

/** A text that is no cursor of the list that it was sent for. */
export class BadCursor extends Error {
  override readonly name = 'BadCursor';
}

/** More than any cursor has. */
const maxChars = 500;

/** Where a page of a list begins, as a text to hand out: whose list it is, and after what. */
export const encodeCursor = (parts: readonly string[]): string =>
  Buffer.from(JSON.stringify(parts)).toString('base64url');

/**
 * @param schema of the parts that a cursor of this list has.
 * @throws {BadCursor} when the text is not what `encodeCursor` makes of such parts.
 */
export function decodeCursor<S extends z.ZodType<readonly string[]>>(schema: S, cursor: string): z.output<S> {
  if (cursor.length > maxChars) throw new BadCursor();
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw new BadCursor();
  }
  const parsed = schema.safeParse(value);
  // Base64 is read with anything between its characters, and JSON with spaces.
  if (!parsed.success || encodeCursor(parsed.data) !== cursor) throw new BadCursor();
  return parsed.data;
}
