import { createHash } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { acceptUpload, type UploadedFile } from '../../core/documents/accept-upload.ts';
import type { BlobStore } from '../../core/documents/blob-store.ts';
import { deleteDocument } from '../../core/documents/delete-document.ts';
import { currentVersion, type DocumentRecord, documentView } from '../../core/documents/document.ts';
import { keys } from '../../core/documents/keys.ts';
import type { DocumentLedger } from '../../core/documents/ledger.ts';
import { listVisible } from '../../core/documents/list-visible.ts';
import { documentIdSchema } from '../../core/documents/schema.ts';
import { documentGroupsSchema, inGroups } from '../../core/identity/groups.ts';
import { BadCursor } from '../../core/pages/cursor.ts';
import { Problem } from '../../core/problems/problem.ts';
import type { IndexStore } from '../../core/retrieval/index-store.ts';
import type { ConfigStore } from '../../core/tenants/config-store.ts';
import { type AppEnv, onlyMethods } from '../http/app.ts';
import type { Caller } from '../http/caller.ts';
import { answerOnce, type Idempotency, idempotencyKeyOf, keyHeader } from '../http/idempotency.ts';
import { permit } from '../http/permit.ts';
import { readJson } from '../http/read-body.ts';
import { pageQuery, readQuery, wholeNumber, wrongQuery } from '../http/read-query.ts';
import { knownTenant } from './known-tenant.ts';
import { readUpload } from './read-upload.ts';

export interface DocumentDeps {
  readonly ledger: DocumentLedger;
  readonly blobs: BlobStore;
  readonly index: Pick<IndexStore, 'hide' | 'regroup'>;
  readonly configs: ConfigStore;
  /** Answers once a key, where a request brings one. */
  readonly idempotency: Idempotency;
}

const textQuery = z.object({ version: wholeNumber(999_999_999).optional() });
const groupsBody = z.strictObject({ groups: documentGroupsSchema });
/** As many names as may be, every character written as an escape. */
const maxGroupsBytes = 128 * 1024;

/** Routes under `/tenant/{tenant_id}/documents`. */
export function documentRoutes(deps: DocumentDeps): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();

  const known = knownTenant(deps.configs);

  /** The document of the path; another tenant's, and one that is for others, does not exist here. */
  const find = async (c: Context<AppEnv>): Promise<DocumentRecord> => {
    const { caller } = c.var;
    const record = await deps.ledger.get(caller.tenant, idOf(c));
    if (!record || record.hidden || !maySee(caller, record)) throw noSuchDocument();
    return record;
  };

  routes.post('/', permit('documents:write'), known, async (c) => {
    const key = idempotencyKeyOf(c.req.header(keyHeader));
    const file = await readUpload(c.req.raw);
    const request = key === undefined ? undefined : meaningOf(file);
    const asked = { key, route: 'POST /tenant/{tenant_id}/documents', caller: c.var.caller, request };
    return answerOnce(deps.idempotency, asked, () => upload(c, file));
  });

  const upload = async (c: Context<AppEnv>, file: UploadedFile): Promise<Response> => {
    const result = await acceptUpload(deps, c.var.caller.tenant, file);
    if (result.accepted) {
      const { documentId, state } = result.record;
      return c.json({ document_id: documentId, state }, 202, { location: `${c.req.path}/${documentId}` });
    }
    if (result.why === 'content-taken') {
      throw new Problem('conflict', `This content is already the document ${result.documentId}.`, {
        errors: [{ field: 'form:file', reason: `is the content of ${result.documentId}` }],
      });
    }
    if (result.why === 'other-groups') {
      throw new Problem('conflict', `This content is already the document ${result.documentId}.`, {
        errors: [{ field: 'form:groups', reason: `are not the groups of ${result.documentId}` }],
      });
    }
    if (result.why === 'not-found') throw noSuchDocument();
    throw new Problem('unavailable', 'The document is being changed by others. Try again.', {
      retryAfterS: 1,
    });
  };

  routes.get('/', permit('documents:read'), known, async (c) => {
    const { limit, cursor } = readQuery(pageQuery, c);
    const { caller } = c.var;
    const reading = maySeeAll(caller)
      ? deps.ledger.list(caller.tenant, limit, cursor)
      : listVisible(deps.ledger, caller.tenant, (record) => maySee(caller, record), limit, cursor);
    const page = await reading.catch((error: unknown) => {
      if (error instanceof BadCursor) throw wrongQuery('cursor');
      throw error;
    });
    return c.json({ documents: page.documents.map(documentView), cursor: page.cursor ?? null });
  });

  routes.get('/:document_id', permit('documents:read'), known, async (c) =>
    c.json(documentView(await find(c))),
  );

  routes.get('/:document_id/text', permit('documents:read'), known, async (c) => {
    const record = await find(c);
    const version = readQuery(textQuery, c).version ?? currentVersion(record);
    const blob = await deps.blobs.get(
      c.var.caller.tenant,
      keys.text(c.var.caller.tenant, record.documentId, version),
    );
    if (!blob) throw new Problem('not-found', 'The document has no text of this version.');
    return c.body(blob.bytes as Uint8Array<ArrayBuffer>, 200, {
      'content-type': 'text/plain; charset=utf-8',
    });
  });

  routes.delete('/:document_id', permit('documents:write'), known, async (c) => {
    const id = idOf(c);
    if (!(await deleteDocument(deps, c.var.caller.tenant, id))) throw noSuchDocument();
    return c.json({ document_id: id }, 202);
  });

  routes.put('/:document_id/groups', permit('documents:write'), known, async (c) => {
    const id = idOf(c);
    const { groups } = await readJson(c.req.raw, groupsBody, maxGroupsBytes);
    if (!(await deps.index.regroup(c.var.caller.tenant, id, groups))) throw noSuchDocument();
    return c.json(documentView(await find(c)));
  });

  onlyMethods(routes, '/', ['GET', 'POST']);
  onlyMethods(routes, '/:document_id', ['GET', 'DELETE']);
  onlyMethods(routes, '/:document_id/text', ['GET']);
  onlyMethods(routes, '/:document_id/groups', ['PUT']);
  return routes;
}

/** Whoever looks after the documents sees all of them; others those that are for their groups. */
const maySeeAll = ({ actions }: Caller): boolean => actions.includes('documents:write');
const maySee = (caller: Caller, record: DocumentRecord): boolean =>
  maySeeAll(caller) || inGroups(caller.groups, record.groups);

/** What makes two uploads the same request: their forms differ in their boundaries. */
const meaningOf = ({ bytes, groups, ...file }: UploadedFile) => ({
  ...file,
  groups: groups?.toSorted(),
  sha256: createHash('sha256').update(bytes).digest('hex'),
});

/** @throws {Problem} `not-found` when the path names what is no document's id. */
function idOf(c: Context): string {
  const id = documentIdSchema.safeParse(c.req.param('document_id'));
  if (!id.success) throw noSuchDocument();
  return id.data;
}

const noSuchDocument = () => new Problem('not-found', 'There is no such document.');
