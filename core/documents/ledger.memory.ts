import type { TenantId } from '../tenants/tenant-id.ts';
import type { AttemptRef, DocumentRecord } from './document.ts';
import type { DocumentLedger, Upload } from './ledger.ts';
import { decodeListCursor, encodeListCursor } from './list-cursor.ts';
import { documentStates } from './schema.ts';

/** What a memory ledger lets the memory index store do: the changes that are one with those of the index. */
export interface MemoryLedger extends DocumentLedger {
  /** Whom a document is for; `undefined` when there is none. */
  groupsOf(tenant: TenantId, documentId: string): readonly string[] | undefined;
  /** @returns whether the version was still the current one of a document that is not in deletion. */
  markReady(tenant: TenantId, documentId: string, version: number, chunks: number): boolean;
  /** @returns whether there is such a document, and it is not in deletion. */
  setGroups(tenant: TenantId, documentId: string, groups: readonly string[]): boolean;
}

const rank = (state: DocumentRecord['state']) => documentStates.indexOf(state);

/** A ledger in memory, with the same promises as the one in DynamoDB. */
export function createMemoryLedger(now: () => Date = () => new Date()): MemoryLedger {
  const documents = new Map<string, DocumentRecord>();
  const owners = new Map<string, string>();
  const at = (tenant: TenantId, id: string) => `${tenant}/${id}`;
  const write = (tenant: TenantId, record: DocumentRecord) => {
    const stamped = { ...record, updatedAt: now().toISOString() };
    documents.set(at(tenant, record.documentId), stamped);
    return stamped;
  };
  const free = (tenant: TenantId, sha256: string, formerOwner?: string) => {
    const owner = owners.get(at(tenant, sha256));
    return owner === undefined || owner === formerOwner;
  };
  const holds = (record: DocumentRecord | undefined, ref: AttemptRef) =>
    record?.version === ref.version && record.attempts === ref.attempt;
  const without = ({ reason: _, ...rest }: DocumentRecord): DocumentRecord => rest;

  return {
    async get(tenant, documentId) {
      return documents.get(at(tenant, documentId));
    },
    async list(tenant, limit, cursor) {
      const after = cursor === undefined ? undefined : decodeListCursor(tenant, cursor);
      const all = [...documents.entries()]
        .filter(([key, record]) => key.startsWith(`${tenant}/`) && !record.hidden)
        .map(([, record]) => record)
        .filter((record) => after === undefined || record.documentId < after)
        .sort((a, b) => (a.documentId < b.documentId ? 1 : -1));
      const page = all.slice(0, limit);
      const last = page.at(-1);
      return {
        documents: page,
        ...(last && all.length > limit && { cursor: encodeListCursor(tenant, last.documentId) }),
      };
    },
    async contentOwner(tenant, sha256) {
      return owners.get(at(tenant, sha256));
    },
    async create(tenant, documentId, upload, formerOwner) {
      if (documents.has(at(tenant, documentId)) || !free(tenant, upload.sha256, formerOwner))
        return undefined;
      owners.set(at(tenant, upload.sha256), documentId);
      return write(tenant, {
        documentId,
        ...upload,
        groups: [...(upload.groups ?? [])],
        state: 'queued',
        chunks: 0,
        version: 1,
        attempts: 1,
        createdAt: now().toISOString(),
        updatedAt: '',
        deleting: false,
        hidden: false,
      });
    },
    async addVersion(tenant, current, upload: Upload, formerOwner) {
      const stored = documents.get(at(tenant, current.documentId));
      if (!stored || stored.deleting || stored.version !== current.version) return undefined;
      if (stored.state !== current.state || !free(tenant, upload.sha256, formerOwner)) return undefined;
      owners.delete(at(tenant, stored.sha256));
      owners.set(at(tenant, upload.sha256), stored.documentId);
      return write(tenant, {
        ...without(stored),
        ...upload,
        groups: stored.groups,
        state: 'queued',
        version: stored.version + 1,
        attempts: 1,
        ...(stored.state === 'ready' && { liveVersion: stored.version, liveTitle: stored.title }),
      });
    },
    async restart(tenant, current, naming) {
      const stored = documents.get(at(tenant, current.documentId));
      if (!stored || stored.deleting || stored.state !== current.state) return undefined;
      if (stored.version !== current.version || stored.attempts !== current.attempts) return undefined;
      const { title, filename, mediaType } = naming ?? stored;
      return write(tenant, {
        ...without(stored),
        title,
        filename,
        mediaType,
        state: 'queued',
        attempts: stored.attempts + 1,
      });
    },
    async advance(tenant, ref, state, title) {
      const stored = documents.get(at(tenant, ref.documentId));
      if (!stored || stored.deleting) return 'gone';
      if (!holds(stored, ref) || stored.state === 'failed') return 'over';
      if (rank(stored.state) > rank(state)) return 'unchanged';
      write(tenant, { ...stored, state, ...(title !== undefined && { title }) });
      return 'advanced';
    },
    async fail(tenant, ref, reason) {
      const stored = documents.get(at(tenant, ref.documentId));
      if (!stored || stored.deleting || !holds(stored, ref) || rank(stored.state) >= rank('ready'))
        return false;
      write(tenant, { ...stored, state: 'failed', reason });
      return true;
    },
    async markDeleting(tenant, documentId) {
      const stored = documents.get(at(tenant, documentId));
      return stored && write(tenant, { ...stored, deleting: true });
    },
    async markHidden(tenant, documentId) {
      const stored = documents.get(at(tenant, documentId));
      if (stored?.deleting) write(tenant, { ...stored, hidden: true });
    },
    async remove(tenant, record) {
      const stored = documents.get(at(tenant, record.documentId));
      if (owners.get(at(tenant, record.sha256)) === record.documentId)
        owners.delete(at(tenant, record.sha256));
      if (stored?.deleting) documents.delete(at(tenant, record.documentId));
    },
    groupsOf: (tenant, documentId) => documents.get(at(tenant, documentId))?.groups,
    setGroups(tenant, documentId, groups) {
      const stored = documents.get(at(tenant, documentId));
      if (!stored || stored.deleting) return false;
      documents.set(at(tenant, documentId), { ...stored, groups: [...groups] });
      return true;
    },
    markReady(tenant, documentId, version, chunks) {
      const stored = documents.get(at(tenant, documentId));
      if (!stored || stored.deleting || stored.version !== version) return false;
      write(tenant, { ...without(stored), state: 'ready', chunks });
      return true;
    },
  };
}
