import { createHash } from 'node:crypto';
import type { TenantId } from '../tenants/tenant-id.ts';
import type { BlobStore } from './blob-store.ts';
import type { DocumentRecord } from './document.ts';
import { newDocumentId } from './document-id.ts';
import { safeFileName, titleFromFileName } from './file-name.ts';
import { keys } from './keys.ts';
import type { DocumentLedger, Upload } from './ledger.ts';

/** An attempt that shows no progress for this long has died without saying so. */
const stalledAfterMs = 15 * 60_000;
/** A document still queued after this long lost its start on the way. */
const startLostAfterMs = 60_000;
/** Two requests may meet over the same content; each loser reads again. */
const maxTries = 6;

export interface UploadDeps {
  readonly ledger: DocumentLedger;
  readonly blobs: BlobStore;
  readonly now?: () => Date;
}

export interface UploadedFile {
  readonly bytes: Uint8Array;
  readonly filename: string;
  readonly mediaType: string;
  /** Makes a new version of this document instead of a new document. */
  readonly documentId?: string;
}

export type Accepted =
  | { readonly accepted: true; readonly record: DocumentRecord }
  | { readonly accepted: false; readonly why: 'not-found' | 'busy' }
  /** The content is already another document of the tenant than the one it was sent for. */
  | { readonly accepted: false; readonly why: 'content-taken'; readonly documentId: string };

/**
 * Registers an uploaded file and stores its original, whose arrival starts ingestion. The same content again is the
 * same document: nothing is read twice, but what failed or never started gets another try. Registering comes before
 * storing, so a request that dies in between is mended by repeating it.
 */
export async function acceptUpload(
  deps: UploadDeps,
  tenant: TenantId,
  file: UploadedFile,
): Promise<Accepted> {
  const filename = safeFileName(file.filename);
  const upload: Upload = {
    title: titleFromFileName(filename),
    filename,
    mediaType: file.mediaType,
    sha256: createHash('sha256').update(file.bytes).digest('hex'),
    bytes: file.bytes.length,
  };
  for (let tries = 0; tries < maxTries; tries++) {
    const outcome = await register(deps, tenant, upload, file.documentId);
    if (outcome === 'again') continue;
    if ('accepted' in outcome) return outcome;
    const { record, store } = outcome;
    if (store) {
      await deps.blobs.put(tenant, keys.original(tenant, record.documentId, record.version), file.bytes, {
        contentType: record.mediaType,
        metadata: { filename: encodeURIComponent(record.filename) },
      });
    }
    return { accepted: true, record };
  }
  return { accepted: false, why: 'busy' };
}

type Outcome = 'again' | Extract<Accepted, { accepted: false }> | { record: DocumentRecord; store: boolean };

/** One try to register; `again` when another request changed what was read. */
async function register(
  deps: UploadDeps,
  tenant: TenantId,
  upload: Upload,
  documentId: string | undefined,
): Promise<Outcome> {
  const { ledger } = deps;
  const target = documentId === undefined ? undefined : await ledger.get(tenant, documentId);
  if (documentId !== undefined && (!target || target.deleting)) return { accepted: false, why: 'not-found' };

  const ownerId = await ledger.contentOwner(tenant, upload.sha256);
  const owner = ownerId === undefined ? undefined : await ledger.get(tenant, ownerId);
  if (owner && !owner.deleting) {
    if (target && target.documentId !== owner.documentId) {
      return { accepted: false, why: 'content-taken', documentId: owner.documentId };
    }
    // A claim on content that is no longer the document's own is on its way out.
    return owner.sha256 === upload.sha256 ? sameContent(deps, tenant, owner, upload) : 'again';
  }

  const record = target
    ? await ledger.addVersion(tenant, target, upload, ownerId)
    : await ledger.create(tenant, newDocumentId(), upload, ownerId);
  return record ? { record, store: true } : 'again';
}

async function sameContent(
  deps: UploadDeps,
  tenant: TenantId,
  record: DocumentRecord,
  upload: Upload,
): Promise<Outcome> {
  const idleMs = (deps.now?.() ?? new Date()).getTime() - Date.parse(record.updatedAt);
  const patienceMs = record.state === 'queued' ? startLostAfterMs : stalledAfterMs;
  if (record.state === 'failed' || (record.state !== 'ready' && idleMs > patienceMs)) {
    // A file refused for its name comes again under another one.
    const naming = record.state === 'failed' ? upload : undefined;
    const restarted = await deps.ledger.restart(tenant, record, naming);
    return restarted ? { record: restarted, store: true } : 'again';
  }
  // Storing again is harmless: an attempt is started once, however often its original arrives.
  return { record, store: record.state === 'queued' };
}
