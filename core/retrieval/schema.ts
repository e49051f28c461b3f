import { z } from 'zod';
import { groupsSchema } from '../identity/groups.ts';
import { tenantIdText } from '../tenants/tenant-id.ts';

/** A route as the RAG service needs it: enough to tell how near a query is to it. */
export const rankableRouteSchema = z.strictObject({
  id: z.string().min(1).max(64),
  description: z.string().max(500),
  examples: z.array(z.string().max(300)).max(32),
});

/** `POST /v1/retrieve` of the RAG service. The tenant is not in the body: the service token names it. */
export const retrieveRequestSchema = z.strictObject({
  query: z.string().min(1).max(8_000),
  routes: z.array(rankableRouteSchema).max(64),
  /** How many chunks at the most. */
  k: z.int().min(1).max(20).default(8),
  /** Of the one who asks; documents that are for other groups alone do not exist in the answer. */
  groups: groupsSchema.default([]),
});

/** A piece of a document. `start` and `end` are code points in the document version's text; `end` is exclusive. */
export const chunkSchema = z.object({
  id: z.string(),
  tenant_id: tenantIdText,
  document_id: z.string(),
  version: z.int().min(1),
  title: z.string(),
  text: z.string(),
  start: z.int().min(0),
  end: z.int().min(0),
  /** The headings above the chunk, outermost first, joined by ` > `. */
  section: z.string().optional(),
  page: z.int().min(1).optional(),
});

export const retrievedChunkSchema = chunkSchema.extend({ score: z.number() });

/** A sentence that may answer the query; `start` and `end` as in a chunk, `text` verbatim. */
export const evidenceSchema = z.object({
  chunk_id: z.string(),
  text: z.string(),
  start: z.int(),
  end: z.int(),
  /** 0 to 1: how likely the sentence answers the query. At or above `ANSWERS_AT` it may be given as an answer. */
  score: z.number(),
});

export const retrieveResponseSchema = z.object({
  /** Every route that was asked about, nearest first; `score` is 0 to 1. */
  routes: z.array(z.object({ id: z.string(), score: z.number() })),
  /** Best first. */
  chunks: z.array(retrievedChunkSchema),
  /** The best sentences of those chunks, best first, at most 8. */
  evidence: z.array(evidenceSchema),
  /** The manifest revision that was searched; 0 when the tenant has no index yet. */
  revision: z.int(),
});

export type RankableRoute = z.infer<typeof rankableRouteSchema>;
export type RetrieveRequest = z.infer<typeof retrieveRequestSchema>;
export type Chunk = z.infer<typeof chunkSchema>;
export type RetrievedChunk = z.infer<typeof retrievedChunkSchema>;
export type Evidence = z.infer<typeof evidenceSchema>;
export type RetrieveResponse = z.infer<typeof retrieveResponseSchema>;
