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
 * Reads a body of at most `maxBytes`, as it was sent: nothing is unpacked.
 *
 * @throws {Problem} `too-large` as soon as the limit is passed, without reading the rest; `unsupported-media-type` when
 *   the body is packed.
 */
export async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array> {
  const encoding = request.headers.get('content-encoding') ?? 'identity';
  if (encoding.trim().toLowerCase() !== 'identity') throw packed();
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
  if (!isJson(request.headers.get('content-type') ?? '')) {
    throw new Problem('unsupported-media-type', 'Send the body as application/json, in UTF-8.', {
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

/** A parameter of a media type (RFC 9110, 5.6.6): a token, or a text in quotes. */
const parameter = /^([\w!#$%&'*+.^`|~-]+)=(?:([\w!#$%&'*+.^`|~-]+)|"([^"\\,]*)")$/;

/**
 * Whether a content type is JSON in UTF-8, once: a header that was sent twice is joined by a comma, and two readers might
 * go by different halves of it.
 */
function isJson(contentType: string): boolean {
  const [type = '', ...parameters] = contentType.toLowerCase().split(';');
  if (type.trim() !== 'application/json') return false;
  const charsets: string[] = [];
  for (const text of parameters.map((each) => each.trim()).filter(Boolean)) {
    const [, name, token, quoted] = parameter.exec(text) ?? [];
    if (name === undefined) return false;
    if (name === 'charset') charsets.push(token ?? quoted ?? '');
  }
  return charsets.length === 0 || (charsets.length === 1 && charsets[0] === 'utf-8');
}

const packed = () =>
  new Problem('unsupported-media-type', 'Send the body as it is, without a content encoding.', {
    errors: [{ field: 'header:content-encoding', reason: 'must be identity' }],
    headers: { 'accept-encoding': 'identity' },
  });

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

/**
 * @throws {Problem} `invalid` with a JSON pointer and one reason for every field that is wrong, at most 20 of them.
 */
export function check<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  // Words that a schema has of its own come before these.
  const result = schema.safeParse(value, { error: reasonOf });
  if (result.success) return result.data;
  const byField = new Map<string, FieldError>();
  for (const error of result.error.issues.flatMap(fieldErrors)) {
    if (!byField.has(error.field)) byField.set(error.field, error);
  }
  const errors = [...byField.values()].slice(0, 20);
  const first = errors[0];
  throw new Problem(
    'invalid',
    first ? `${first.field || 'The body'}: ${first.reason}` : 'A field is wrong.',
    {
      errors,
    },
  );
}

/** What a value must be, by what the library calls it; JSON knows nothing else. */
const kinds: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'a boolean',
  null: 'null',
  array: 'an array',
  tuple: 'an array',
  object: 'an object',
  record: 'an object',
};

/** In words for the person who wrote the request, where the library speaks of its own types. */
function reasonOf(issue: z.core.$ZodRawIssue): string {
  // JSON has no such value, so the member is not there.
  if (issue.input === undefined) return 'is missing';
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${kinds[issue.expected] ?? 'of another kind'}`;
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return `must ${sized(issue, issue.minimum, issue.inclusive === false ? 'more than' : 'at least')}`;
    case 'too_big':
      return `must ${sized(issue, issue.maximum, issue.inclusive === false ? 'less than' : 'at most')}`;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return issue.format === 'datetime' ? 'must be a moment in ISO 8601' : 'has a wrong form';
    case 'invalid_key':
      return 'is not a name that is allowed';
    case 'invalid_element':
      return 'has an entry that is wrong';
    case 'invalid_union':
      return noneOf(issue.errors);
    default:
      return 'is wrong';
  }
}

/** Where a value may have several forms and is of none of their kinds, it is said which those are. */
function noneOf(forms: readonly (readonly z.core.$ZodIssue[])[]): string {
  const wanted = forms
    .flatMap((issues) => issues.filter(isOfAnotherKind))
    .map(({ expected }) => kinds[expected]);
  const known = wanted.every((kind) => kind !== undefined) && wanted.length === forms.length;
  return known && wanted.length > 0
    ? `must be ${wanted.join(' or ')}`
    : 'has none of the forms that are allowed';
}

/** Whether the value as a whole is of another kind than one of its forms is. */
const isOfAnotherKind = (issue: z.core.$ZodIssue): issue is z.core.$ZodIssueInvalidType =>
  issue.code === 'invalid_type' && issue.path.length === 0;

/** `have at least 1 entry`, `be at most 200 characters`, `be exactly 5`. */
function sized(
  { origin, exact }: { readonly origin: string; readonly exact?: boolean },
  limit: number | bigint,
  comparison: string,
): string {
  const bound = `${exact ? 'exactly' : comparison} ${limit}`;
  const one = Number(limit) === 1;
  if (origin === 'string') return `be ${bound} ${one ? 'character' : 'characters'}`;
  if (origin === 'array') return `have ${bound} ${one ? 'entry' : 'entries'}`;
  return `be ${bound}`;
}

function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code === 'invalid_union') {
    // What is of the kind of one of the forms is told what that form lacks.
    const near = issue.errors.filter((issues) => !issues.some(isOfAnotherKind));
    const [meant] = near;
    if (meant && near.length === 1)
      return meant.flatMap((inner) => fieldErrors({ ...inner, path: [...issue.path, ...inner.path] }));
  }
  if (issue.code === 'unrecognized_keys') {
    const reason = 'is not a known field';
    return issue.keys.map((key) => ({ field: pointerOf([...issue.path, key]), reason }));
  }
  return [{ field: pointerOf(issue.path), reason: issue.message }];
}

/** A JSON pointer (RFC 6901). */
const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replace(/~/g, '~0').replace(/\//g, '~1')}`).join('');
