import { z } from 'zod';

/** How long an answer can be asked for again after its request began. */
export const KEPT_FOR_MS = 24 * 60 * 60_000;

/** Longer than any answer may take: who has not finished by then has died. */
export const DEAD_AFTER_MS = 3 * 60_000;

/** Bytes of an answer as JSON in UTF-8; an item of the table has room for 400 KB. */
export const MAX_ANSWER_BYTES = 300_000;

/** An answer as it is given again. */
export const storedAnswerSchema = z.object({
  status: z.int().min(200).max(299),
  /** Those that belong to the answer, by their names in lower case. */
  headers: z.record(z.string(), z.string()),
  /** A JSON body, or the list of a stream's events. */
  body: z.unknown(),
});
export type StoredAnswer = z.infer<typeof storedAnswerSchema>;

/** One request of one caller, under the key that the caller gave it. */
export interface KeyedRequest {
  /** SHA-256 over the route, the caller and the key, in hex: what another caller sends has another one. */
  readonly id: string;
  /** SHA-256 over what was asked, and for whom, in hex. */
  readonly fingerprint: string;
}

export type Claim =
  /** It is the caller's to run; `owner` is for finishing or releasing it. */
  | { readonly state: 'claimed'; readonly owner: string }
  /** It is being answered. */
  | { readonly state: 'running' }
  /** It was answered; without an answer, that was too large to keep. */
  | { readonly state: 'done'; readonly answer: string | undefined }
  /** The key belongs to another request. */
  | { readonly state: 'mismatch' };
