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
  /** Whom a new document is for; not given: everybody of the tenant, or as it is where the document is known. */
  readonly groups?: readonly string[];
}

export type Accepted =
  | { readonly accepted: true; readonly record: DocumentRecord }
  | { readonly accepted: false; readonly why: 'not-found' | 'busy' }
  /** The content is already another document of the tenant than the one it was sent for. */
  | { readonly accepted: false; readonly why: 'content-taken'; readonly documentId: string }
  /** The content is already a document of the tenant, which is for others than the upload says. */
  | { readonly accepted: false; readonly why: 'other-groups'; readonly documentId: string };

/**
 * Registers an uploaded file and stores its original, whose arrival starts ingestion. The same content again is the
 * same document: nothing is read twice, but what failed or never started gets another try. Whom a document is for is said
 * with its first upload and never changed here. Registering comes before
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
    const outcome = await register(deps, tenant, upload, file);
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
  { documentId, groups }: Pick<UploadedFile, 'documentId' | 'groups'>,
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
    if (owner.sha256 !== upload.sha256) return 'again';
    if (groups && !sameGroups(groups, owner.groups)) {
      return { accepted: false, why: 'other-groups', documentId: owner.documentId };
    }
    return sameContent(deps, tenant, owner, upload);
  }

  const record = target
    ? await ledger.addVersion(tenant, target, upload, ownerId)
    : await ledger.create(tenant, newDocumentId(), { ...upload, groups: groups ?? [] }, ownerId);
  return record ? { record, store: true } : 'again';
}

const sameGroups = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((group) => others.includes(group));

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
