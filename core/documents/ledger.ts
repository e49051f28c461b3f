import type { TenantId } from '../tenants/tenant-id.ts';
import type { AttemptRef, DocumentRecord } from './document.ts';
import type { DocumentState } from './schema.ts';

/** A file that was uploaded, before it is registered. */
export interface Upload {
  readonly title: string;
  readonly filename: string;
  readonly mediaType: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** A document that is uploaded for the first time. */
export interface NewDocument extends Upload {
  /** Whom it is for; none: everybody of the tenant. */
  readonly groups?: readonly string[];
}

/** What the same content may be called differently in another upload. */
export type Naming = Pick<Upload, 'title' | 'filename' | 'mediaType'>;

/** States that a running attempt passes through; `ready` is set by the publish, `failed` by `fail`. */
export type RunningState = Exclude<DocumentState, 'queued' | 'ready' | 'failed'>;

/**
 * What became of a state change: `advanced`; `unchanged` when the attempt is already further; `over` when there is
 * nothing left to do (a newer version or attempt, failed); `gone` when the document is deleted or being deleted.
 */
export type Advance = 'advanced' | 'unchanged' | 'over' | 'gone';

export interface DocumentPage {
  /** Newest first. */
  readonly documents: readonly DocumentRecord[];
  /** Where the next page begins; missing on the last one. */
  readonly cursor?: string;
}

/**
 * The record of a tenant's documents, and the one place where the state of an ingestion is decided. Every change is
 * conditional, so tasks and requests may be repeated and may overlap. The transition to `ready` belongs to
 * `IndexStore.publish`, and whom a document is for is changed by `IndexStore.regroup`. Adapters: `ledger.dynamo.ts`, `ledger.memory.ts`; contract suite `ledger.contract.ts`.
 */
export interface DocumentLedger {
  /** Reads consistently; also documents that are being deleted. */
  get(tenant: TenantId, documentId: string): Promise<DocumentRecord | undefined>;
  /**
   * A page of the documents that are not hidden.
   *
   * @param limit records at most; at least one.
   * @throws {BadCursor} when the cursor is not one of this tenant's.
   */
  list(tenant: TenantId, limit: number, cursor?: string): Promise<DocumentPage>;
  /** The id of the document whose current version has this content. It may be in deletion, or gone. */
  contentOwner(tenant: TenantId, sha256: string): Promise<string | undefined>;
  /**
   * Registers a new document, version 1, attempt 1, and its content, both or neither.
   *
   * @param formerOwner a deleted document whose claim to the content is taken over.
   * @returns `undefined` when the content belongs to another document meanwhile.
   */
  create(
    tenant: TenantId,
    documentId: string,
    upload: NewDocument,
    formerOwner?: string,
  ): Promise<DocumentRecord | undefined>;
  /**
   * Registers the next version of a document and hands its claim from the old content to the new one. Whom the
   * document is for stays as it is.
   *
   * @param current as read before; the write happens only when its version still holds and it is not in deletion.
   */
  addVersion(
    tenant: TenantId,
    current: DocumentRecord,
    upload: Upload,
    formerOwner?: string,
  ): Promise<DocumentRecord | undefined>;
  /**
   * Begins the next attempt at the same version; `undefined` when something changed since `current` was read.
   *
   * @param naming replaces what the file was called: a wrong name may be why the last attempt failed.
   */
  restart(tenant: TenantId, current: DocumentRecord, naming?: Naming): Promise<DocumentRecord | undefined>;
  /** Moves an attempt forward, never back. `title` replaces the one made from the file's name. */
  advance(tenant: TenantId, ref: AttemptRef, state: RunningState, title?: string): Promise<Advance>;
  /** Ends an attempt that has not ended yet. `reason` is read by people outside. @returns whether it did. */
  fail(tenant: TenantId, ref: AttemptRef, reason: string): Promise<boolean>;
  /** Begins deletion; safe to repeat. @returns the record, or `undefined` when there is no such document. */
  markDeleting(tenant: TenantId, documentId: string): Promise<DocumentRecord | undefined>;
  /** Notes that a document in deletion cannot be found any more. */
  markHidden(tenant: TenantId, documentId: string): Promise<void>;
  /** Forgets a document in deletion and its claim to its content. Safe to repeat. */
  remove(tenant: TenantId, record: DocumentRecord): Promise<void>;
}
