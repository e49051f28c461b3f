import { z } from 'zod';
import { documentGroupsSchema } from '../identity/groups.ts';

export const documentStates = ['queued', 'parsing', 'embedding', 'indexing', 'ready', 'failed'] as const;
export type DocumentState = (typeof documentStates)[number];

/** The id that the service gives a document: `doc_` and a ULID in lower case. */
export const documentIdSchema = z.string().regex(/^doc_[0-9a-hjkmnp-tv-z]{26}$/, 'must be a document id');

/** A document as `GET /tenant/{tenant_id}/documents[/{document_id}]` shows it. */
export const documentViewSchema = z.object({
  document_id: documentIdSchema,
  title: z.string(),
  state: z.enum(documentStates),
  /** 0 to 1. */
  progress: z.number().min(0).max(1),
  /** Why it failed, in words for the person who uploaded it. */
  reason: z.string().optional(),
  /** Chunks that can be found; 0 until it is ready. */
  chunks: z.int(),
  version: z.int().min(1),
  /** How often ingestion was started for this version. */
  attempts: z.int(),
  /** Whom it is for: those who belong to any of these groups; none: everybody of the tenant. */
  groups: documentGroupsSchema,
});
export type DocumentView = z.infer<typeof documentViewSchema>;

/** How far a state has come, for `progress`. */
export const progressOf: Record<DocumentState, number> = {
  queued: 0,
  parsing: 0.15,
  embedding: 0.4,
  indexing: 0.8,
  ready: 1,
  failed: 1,
};
