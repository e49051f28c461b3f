/**
 * Every way a request can be denied, in one table. `type` on the wire is `urn:atrium:problem:<code>`
 * (RFC 9457). What is not in this table is `internal`, and its cause stays in the log.
 */
export const problems = {
  'bad-request': { status: 400, title: 'The request cannot be read' },
  'tenant-ambiguous': { status: 400, title: 'The request names more than one tenant' },
  unauthenticated: { status: 401, title: 'The request does not say who asks' },
  forbidden: { status: 403, title: 'The caller may not do this' },
  'tenant-mismatch': { status: 403, title: 'The request names different tenants' },
  'not-found': { status: 404, title: 'There is no such thing here' },
  'method-not-allowed': { status: 405, title: 'This address does not take that method' },
  'not-acceptable': { status: 406, title: 'No form of answer that the client accepts' },
  conflict: { status: 409, title: 'The request does not fit the present state' },
  'session-busy': { status: 409, title: 'The session is answering another request' },
  'idempotency-running': { status: 409, title: 'The request with this key is being answered' },
  'too-large': { status: 413, title: 'The request is too large' },
  'unsupported-media-type': { status: 415, title: 'The content type is not supported' },
  invalid: { status: 422, title: 'A field has a wrong value' },
  'idempotency-mismatch': { status: 422, title: 'The key belongs to another request' },
  'too-many-attempts': { status: 429, title: 'Too many failed attempts to say who asks' },
  'rate-limited': { status: 429, title: 'The tenant has used up a limit' },
  internal: { status: 500, title: 'Something went wrong on our side' },
  unavailable: { status: 503, title: 'A part of the service is unavailable' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problems;

/** A field of the request that is wrong: a JSON pointer, `header:`, `path:`, `query:` or `form:<name>`. */
export interface FieldError {
  readonly field: string;
  readonly reason: string;
}

/** What a client reads as `application/problem+json`. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail: string;
  errors?: readonly FieldError[];
}

/**
 * A denial on its way to the edge. `detail` is public text; `cause` never leaves the process.
 * Thrown only by edges and by adapters that cannot go on; pure code returns denials as values.
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly errors: readonly FieldError[] | undefined;
  /** Seconds after which another try makes sense, where that is known. */
  readonly retryAfterS: number | undefined;
  /** Response headers that belong to the denial. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    detail: string,
    more: {
      errors?: readonly FieldError[];
      retryAfterS?: number;
      headers?: Readonly<Record<string, string>>;
      cause?: unknown;
    } = {},
  ) {
    super(detail, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.errors = more.errors;
    this.retryAfterS = more.retryAfterS;
    this.headers = more.headers ?? {};
  }

  get status(): number {
    return problems[this.code].status;
  }

  body(): ProblemBody {
    return {
      type: `urn:atrium:problem:${this.code}`,
      title: problems[this.code].title,
      status: this.status,
      detail: this.message,
      ...(this.errors && { errors: this.errors }),
    };
  }
}
