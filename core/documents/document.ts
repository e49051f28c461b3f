import type { DocumentState, DocumentView } from './schema.ts';
import { progressOf } from './schema.ts';

/** What the ledger knows of a document. Times are ISO 8601. */
export interface DocumentRecord {
  readonly documentId: string;
  readonly title: string;
  readonly filename: string;
  readonly mediaType: string;
  /** Of the current version's original, in hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
  readonly state: DocumentState;
  readonly reason?: string;
  /** Chunks that can be found, of whichever version can be found. */
  readonly chunks: number;
  readonly version: number;
  readonly attempts: number;
  /** The version that could be found before the current one was uploaded. */
  readonly liveVersion?: number;
  /** What that version is called. */
  readonly liveTitle?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Deletion has begun: no task changes the document any more. */
  readonly deleting: boolean;
  /** Deletion has made it unfindable: for callers it does not exist. */
  readonly hidden: boolean;
  /** Whom it is for, in all its versions; none: everybody of the tenant. */
  readonly groups: readonly string[];
}

/** One attempt to ingest one version: what a task works for, and all that it may change. */
export interface AttemptRef {
  readonly documentId: string;
  readonly version: number;
  readonly attempt: number;
}

/** The version whose text citations refer to: the newest that can be found, else the newest. */
export const currentVersion = (record: DocumentRecord): number =>
  record.state === 'ready' ? record.version : (record.liveVersion ?? record.version);

/** What the version of `currentVersion` is called. */
export const currentTitle = (record: DocumentRecord): string =>
  record.state === 'ready' ? record.title : (record.liveTitle ?? record.title);

/** A document as the API shows it. */
export function documentView(record: DocumentRecord): DocumentView {
  return {
    document_id: record.documentId,
    title: currentTitle(record),
    state: record.state,
    progress: progressOf[record.state],
    ...(record.reason !== undefined && { reason: record.reason }),
    chunks: record.chunks,
    version: record.version,
    attempts: record.attempts,
    groups: [...record.groups],
  };
}
