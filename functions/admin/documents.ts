import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { z } from 'zod';
import { acceptUpload } from '../../core/documents/accept-upload.ts';
import type { BlobStore } from '../../core/documents/blob-store.ts';
import { deleteDocument } from '../../core/documents/delete-document.ts';
import { currentVersion, type DocumentRecord, documentView } from '../../core/documents/document.ts';
import { keys } from '../../core/documents/keys.ts';
import { BadCursor, type DocumentLedger } from '../../core/documents/ledger.ts';
import { documentIdSchema } from '../../core/documents/schema.ts';
import { Problem } from '../../core/problems/problem.ts';
import type { IndexStore } from '../../core/retrieval/index-store.ts';
import type { ConfigStore } from '../../core/tenants/config-store.ts';
import { type AppEnv, onlyMethods } from '../http/app.ts';
import { permit } from '../http/permit.ts';
import { readUpload } from './read-upload.ts';
import { unknownTenant } from './tenant-config.ts';

export interface DocumentDeps {
  readonly ledger: DocumentLedger;
  readonly blobs: BlobStore;
  readonly index: Pick<IndexStore, 'hide'>;
  readonly configs: ConfigStore;
}

/** Digits alone: what else JavaScript takes for a number is a mistake here. */
const wholeNumber = (max: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,8}$/)
    .transform(Number)
    .refine((n) => n <= max);
const pageQuery = z.object({
  limit: wholeNumber(100).default(50),
  cursor: z.string().min(1).max(500).optional(),
});
const textQuery = z.object({ version: wholeNumber(999_999_999).optional() });
/** What a parameter must be, by its name. */
const queryReasons: Readonly<Record<string, string>> = {
  limit: 'must be a whole number from 1 to 100',
  cursor: 'is not a cursor of this list',
  version: 'must be a whole number from 1 on',
};

/** Routes under `/tenant/{tenant_id}/documents`. */
export function documentRoutes(deps: DocumentDeps): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();

  /** Whoever is not configured is no tenant, and must not come into being by an upload. */
  const known: MiddlewareHandler<AppEnv> = async (c, next) => {
    if (!(await deps.configs.get(c.var.caller.tenant))) throw unknownTenant();
    await next();
  };

  /** The document of the path; another tenant's does not exist here. */
  const find = async (c: Context<AppEnv>): Promise<DocumentRecord> => {
    const id = documentIdSchema.safeParse(c.req.param('document_id'));
    const record = id.success ? await deps.ledger.get(c.var.caller.tenant, id.data) : undefined;
    if (!record || record.hidden) throw noSuchDocument();
    return record;
  };

  routes.post('/', permit('documents:write'), known, async (c) => {
    const result = await acceptUpload(deps, c.var.caller.tenant, await readUpload(c.req.raw));
    if (result.accepted) {
      const { documentId, state } = result.record;
      return c.json({ document_id: documentId, state }, 202, { location: `${c.req.path}/${documentId}` });
    }
    if (result.why === 'content-taken') {
      throw new Problem('conflict', `This content is already the document ${result.documentId}.`, {
        errors: [{ field: 'form:file', reason: `is the content of ${result.documentId}` }],
      });
    }
    if (result.why === 'not-found') throw noSuchDocument();
    throw new Problem('unavailable', 'The document is being changed by others. Try again.', {
      retryAfterS: 1,
    });
  });

  routes.get('/', permit('documents:read'), known, async (c) => {
    const { limit, cursor } = query(pageQuery, c);
    const page = await deps.ledger.list(c.var.caller.tenant, limit, cursor).catch((error: unknown) => {
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
    const version = query(textQuery, c).version ?? currentVersion(record);
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
    const id = documentIdSchema.safeParse(c.req.param('document_id'));
    const known = id.success && (await deleteDocument(deps, c.var.caller.tenant, id.data));
    if (!known) throw noSuchDocument();
    return c.json({ document_id: id.data }, 202);
  });

  onlyMethods(routes, '/', ['GET', 'POST']);
  onlyMethods(routes, '/:document_id', ['GET', 'DELETE']);
  onlyMethods(routes, '/:document_id/text', ['GET']);
  return routes;
}

const noSuchDocument = () => new Problem('not-found', 'There is no such document.');

const wrongQuery = (name: string) => {
  const reason = queryReasons[name] ?? 'is wrong';
  return new Problem('invalid', `${name}: ${reason}`, { errors: [{ field: `query:${name}`, reason }] });
};

function query<S extends z.ZodType>(schema: S, c: Context): z.output<S> {
  const result = schema.safeParse(c.req.query());
  if (result.success) return result.data;
  throw wrongQuery(String(result.error.issues[0]?.path[0] ?? ''));
}
