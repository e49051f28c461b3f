import { createHash } from 'node:crypto';
import type { IdempotencyStore } from '../../core/idempotency/idempotency-store.ts';
import {
  type Claim,
  MAX_ANSWER_BYTES,
  type StoredAnswer,
  storedAnswerSchema,
} from '../../core/idempotency/schema.ts';
import { Problem } from '../../core/problems/problem.ts';
import { type ErrorLog, logError } from './app.ts';
import type { Caller } from './caller.ts';
import { confirmNow } from './confirm-now.ts';

export const keyHeader = 'idempotency-key';
/** On an answer that was given before. */
export const replayedHeader = { 'idempotency-replayed': 'true' };

/** Visible ASCII without a comma, by which a header that was sent twice is joined. */
const keyForm = /^[!-+\--~]{1,200}$/;
/** Of an answer in one piece; whatever else a response has is made anew. */
const keptHeaders = ['location', 'etag'];

/** A request that brings a key. */
export interface KeyedAsking {
  readonly key: string;
  /** Method and path, such as `POST /chat`: a key is of one route. */
  readonly route: string;
  readonly caller: Caller;
  /** What is asked for, as a JSON value: what has the same one is the same request. */
  readonly request: unknown;
}

/** What is to be done with it: give the answer again, or run it and then say how it ended. Neither fails. */
export type Turn =
  | { readonly replay: StoredAnswer }
  | {
      readonly replay?: undefined;
      /** There is an answer; one that is too large is not kept, only that it was given. */
      readonly keep: (answer: StoredAnswer) => Promise<void>;
      /** There is none: trying again tries again. */
      readonly release: () => Promise<void>;
    };

/** Requests that are answered once a key (draft-ietf-httpapi-idempotency-key-header-07). */
export interface Idempotency {
  /**
   * Claims the key for this request. What is known of it is told only to a caller whose credential still holds.
   *
   * @throws {Problem} `idempotency-mismatch`, `idempotency-running`, `conflict` (answered, and not kept),
   *   `unauthenticated` or `unavailable`.
   */
  begin(asked: KeyedAsking): Promise<Turn>;
}

export interface IdempotencyParts {
  readonly store: IdempotencyStore;
  /** Epoch milliseconds. */
  readonly now?: () => number;
  readonly log?: ErrorLog;
}

export function createIdempotency({ store, now = Date.now, log = logError }: IdempotencyParts): Idempotency {
  return {
    async begin({ key, route, caller, request }) {
      const { tenant, mode, subject = null, groups, roles } = caller;
      // Another subject with the same key has another item: nobody learns of another's request.
      const id = hashOf([route, mode, subject, key]);
      // Who belongs to other groups by now might not be given the same answer.
      const fingerprint = hashOf([groups.toSorted(), roles.toSorted(), request]);
      const claim = await store.claim(tenant, { id, fingerprint }, now()).catch(unavailable);
      if (claim.state !== 'claimed') {
        await confirmNow(caller.proof);
        return { replay: answerOf(claim) };
      }
      const quietly = (what: string, done: Promise<unknown>) =>
        done.then(
          () => undefined,
          (error) => log(what, error),
        );
      return {
        keep: (answer) => {
          const text = JSON.stringify(answer);
          const fits = Buffer.byteLength(text) <= MAX_ANSWER_BYTES;
          const kept = store.finish(tenant, id, claim.owner, fits ? text : undefined);
          return quietly('an answer was not kept for its key', kept);
        },
        release: () => quietly('a key was not released', store.release(tenant, id, claim.owner)),
      };
    },
  };
}

/**
 * The key of a request, if it brings one.
 *
 * @throws {Problem} `bad-request`.
 */
export function idempotencyKeyOf(header: string | undefined): string | undefined {
  if (header === undefined || keyForm.test(header)) return header;
  throw new Problem('bad-request', 'Idempotency-Key must be sent once, with 1 to 200 visible characters.', {
    errors: [{ field, reason: 'must be 1 to 200 visible ASCII characters without a comma' }],
  });
}

/**
 * Answers in one piece of JSON, once a key: `run` is called when it was not answered before, and what it answers with
 * 2xx is kept. Without a key it is called, and that is all.
 *
 * @throws as `begin`, and what `run` throws.
 */
export async function answerOnce(
  idempotency: Idempotency,
  { key, ...asked }: Omit<KeyedAsking, 'key'> & { readonly key: string | undefined },
  run: () => Promise<Response>,
): Promise<Response> {
  if (key === undefined) return run();
  const turn = await idempotency.begin({ key, ...asked });
  if (turn.replay) {
    const { status, headers, body } = turn.replay;
    return Response.json(body, { status, headers: { ...headers, ...replayedHeader } });
  }
  try {
    const response = await run();
    if (!response.ok) {
      await turn.release();
      return response;
    }
    const headers = keptHeaders.flatMap((name) => {
      const value = response.headers.get(name);
      return value === null ? [] : [[name, value]];
    });
    const body: unknown = await response.clone().json();
    await turn.keep({ status: response.status, headers: Object.fromEntries(headers), body });
    return response;
  } catch (error) {
    await turn.release();
    throw error;
  }
}

const field = `header:${keyHeader}`;

function answerOf(claim: Exclude<Claim, { state: 'claimed' }>): StoredAnswer {
  if (claim.state === 'mismatch') {
    throw new Problem(
      'idempotency-mismatch',
      'The key was used with another request. Take a new key for it.',
      {
        errors: [{ field, reason: 'belongs to another request' }],
      },
    );
  }
  if (claim.state === 'running') {
    throw new Problem('idempotency-running', 'The request with this key is being answered. Try again.', {
      errors: [{ field, reason: 'belongs to a request that is being answered' }],
      retryAfterS: 1,
    });
  }
  if (claim.answer === undefined) {
    throw new Problem(
      'conflict',
      'The request was answered, but its answer is too large to be given again.',
      {
        errors: [{ field, reason: 'belongs to a request whose answer was not kept' }],
      },
    );
  }
  return storedAnswerSchema.parse(JSON.parse(claim.answer));
}

/** SHA-256 of a JSON value, in hex. */
const hashOf = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex');

function unavailable(cause: unknown): never {
  throw new Problem('unavailable', 'Whether the request was answered before cannot be told at the moment.', {
    retryAfterS: 2,
    cause,
  });
}
