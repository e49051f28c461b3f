import type { z } from 'zod';
import { parseStrictJson, StrictJsonError, type StrictJsonReason } from '../../core/json/strict-json.ts';
import { type FieldError, Problem } from '../../core/problems/problem.ts';

/** Deeper than anything that the product takes. */
const maxDepth = 32;

/** What is wrong with a body that has no one reading, in words for the person who wrote it. */
const faults: Readonly<Record<StrictJsonReason, string>> = {
  'too-large': 'is too large',
  'not-utf8': 'is not valid UTF-8',
  malformed: 'is not JSON',
  'too-deep': `is nested more than ${maxDepth} deep`,
  'too-many-members': 'has too many members',
  'duplicate-member': 'has a member twice',
  'forbidden-name': 'has a member whose name is not allowed',
  'lone-surrogate': 'holds half a character',
};

/**
 * Reads a body of at most `maxBytes`.
 *
 * @throws {Problem} `too-large` as soon as the limit is passed, without reading the rest.
 */
export async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array> {
  const tooLarge = () => new Problem('too-large', `The body may have at most ${maxBytes} bytes.`);
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge();
  if (!request.body) return new Uint8Array();
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of request.body) {
    size += part.byteLength;
    if (size > maxBytes) throw tooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/**
 * Reads a JSON body and checks it against a schema.
 *
 * @throws {Problem} `unsupported-media-type`, `too-large`, `bad-request` (not UTF-8, not JSON or not with one reading, not an object) or
 *   `invalid` with every wrong field.
 */
export async function readJson<S extends z.ZodType>(
  request: Request,
  schema: S,
  maxBytes: number,
): Promise<z.output<S>> {
  const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    throw new Problem('unsupported-media-type', 'Send the body as application/json.', {
      errors: [{ field: 'header:content-type', reason: 'must be application/json' }],
    });
  }
  const bytes = await readBytes(request, maxBytes);
  const value = parse(bytes, maxBytes);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Problem('bad-request', 'The body must be a JSON object.', {
      errors: [{ field: '', reason: 'must be an object' }],
    });
  }
  return check(schema, value);
}

function parse(bytes: Uint8Array, maxBytes: number): unknown {
  try {
    return parseStrictJson(bytes, { maxBytes, maxDepth });
  } catch (error) {
    if (!(error instanceof StrictJsonError)) throw error;
    const reason = faults[error.reason];
    throw new Problem('bad-request', `The body ${reason}.`, {
      errors: [{ field: error.pointer, reason }],
    });
  }
}

/** @throws {Problem} `invalid` with a JSON pointer and a reason for every field that is wrong. */
export function check<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.slice(0, 20).flatMap(fieldErrors);
  const first = errors[0];
  throw new Problem(
    'invalid',
    first ? `${first.field || 'The body'}: ${first.reason}` : 'A field is wrong.',
    {
      errors,
    },
  );
}

/** In words for the person who wrote the request, where the library speaks of its own types. */
function reasonOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_type') return issue.message;
  if (issue.message.endsWith('received undefined')) return 'is missing';
  return `must be ${/^[aeiou]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`;
}

function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  const pointer = issue.path
    .map((part) => `/${String(part).replace(/~/g, '~0').replace(/\//g, '~1')}`)
    .join('');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ field: `${pointer}/${key}`, reason: 'is not a known field' }));
  }
  return [{ field: pointer, reason: reasonOf(issue) }];
}
