import { z } from 'zod';
import type { DocumentRecord } from './document.ts';
import type { NewDocument, Upload } from './ledger.ts';
import { documentIdSchema, documentStates } from './schema.ts';

/**
 * A `DOC#<document_id>` item. `IndexStore.publish` sets `state`, `chunks` and `updated_at` and removes `reason`;
 * `IndexStore.regroup` sets `groups`.
 */
export const documentItemSchema = z.object({
  document_id: documentIdSchema,
  title: z.string(),
  filename: z.string(),
  media_type: z.string(),
  sha256: z.string(),
  bytes: z.int(),
  state: z.enum(documentStates),
  reason: z.string().optional(),
  chunks: z.int(),
  version: z.int(),
  live_version: z.int().optional(),
  live_title: z.string().optional(),
  attempts: z.int(),
  created_at: z.string(),
  updated_at: z.string(),
  deleting: z.boolean().optional(),
  hidden: z.boolean().optional(),
  /** Whom it is for; missing: everybody of the tenant. */
  groups: z.array(z.string()).optional(),
});
export type DocumentItem = z.infer<typeof documentItemSchema>;

export const uploadAttributes = (upload: Upload) => ({
  title: upload.title,
  filename: upload.filename,
  media_type: upload.mediaType,
  sha256: upload.sha256,
  bytes: upload.bytes,
});

export const newDocumentItem = (documentId: string, upload: NewDocument, now: string): DocumentItem => ({
  document_id: documentId,
  ...uploadAttributes(upload),
  state: 'queued',
  chunks: 0,
  version: 1,
  attempts: 1,
  created_at: now,
  updated_at: now,
  ...(upload.groups && upload.groups.length > 0 && { groups: [...upload.groups] }),
});

export const recordOf = (item: DocumentItem): DocumentRecord => ({
  documentId: item.document_id,
  title: item.title,
  filename: item.filename,
  mediaType: item.media_type,
  sha256: item.sha256,
  bytes: item.bytes,
  state: item.state,
  ...(item.reason !== undefined && { reason: item.reason }),
  chunks: item.chunks,
  version: item.version,
  ...(item.live_version !== undefined && { liveVersion: item.live_version }),
  ...(item.live_title !== undefined && { liveTitle: item.live_title }),
  attempts: item.attempts,
  createdAt: item.created_at,
  updatedAt: item.updated_at,
  deleting: item.deleting === true,
  hidden: item.hidden === true,
  groups: item.groups ?? [],
});
