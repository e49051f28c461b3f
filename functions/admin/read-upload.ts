import type { UploadedFile } from '../../core/documents/accept-upload.ts';
import { documentIdSchema } from '../../core/documents/schema.ts';
import { documentGroupsSchema, groupName } from '../../core/identity/groups.ts';
import { Problem } from '../../core/problems/problem.ts';
import { readBytes } from '../http/read-body.ts';

/** A function takes 6 MB a request, base64 included, so this is what fits. */
export const maxFileBytes = 4 * 1024 * 1024;
const maxFormBytes = maxFileBytes + 64 * 1024;
/** Of a field that is not known, so that an answer stays small. */
const maxNameShown = 100;
const mediaTypeForm = /^[\w.+-]{1,60}\/[\w.+-]{1,60}$/;

const knownFields = new Set(['file', 'document_id', 'groups']);

/**
 * Reads the form of an upload: one file in `file`, and optionally either `document_id` or `groups`, which comes once
 * for each group. A field of another name is refused: a misspelt one would open the document to everybody.
 *
 * @throws {Problem} `unsupported-media-type`, `too-large`, `bad-request` (no readable form) or `invalid` with the field.
 */
export async function readUpload(request: Request): Promise<UploadedFile> {
  const type = request.headers.get('content-type') ?? '';
  if (type.split(';')[0]?.trim().toLowerCase() !== 'multipart/form-data') {
    throw new Problem('unsupported-media-type', 'Send the file as multipart/form-data.', {
      errors: [{ field: 'header:content-type', reason: 'must be multipart/form-data' }],
    });
  }
  const body = await readBytes(request, maxFormBytes);
  const form = await new Response(body as Uint8Array<ArrayBuffer>, { headers: { 'content-type': type } })
    .formData()
    .catch((cause: unknown) => {
      throw new Problem('bad-request', 'The body is not a readable form.', {
        errors: [{ field: '', reason: 'is not multipart/form-data' }],
        cause,
      });
    });

  for (const name of form.keys()) {
    if (!knownFields.has(name)) throw wrong(`form:${name.slice(0, maxNameShown)}`, 'is not a known field');
  }
  const [file, ...more] = form.getAll('file');
  if (!(file instanceof File)) throw wrong('form:file', file === undefined ? 'is missing' : 'is not a file');
  if (more.length > 0) throw wrong('form:file', 'must be sent once');
  if (file.size > maxFileBytes) {
    throw new Problem('too-large', `The file may have at most ${maxFileBytes} bytes.`, {
      errors: [{ field: 'form:file', reason: `has ${file.size} bytes` }],
    });
  }
  const mediaType = file.type.split(';')[0]?.trim().toLowerCase() ?? '';
  const [documentId, ...otherIds] = form.getAll('document_id');
  if (otherIds.length > 0) throw wrong('form:document_id', 'must be sent once');
  if (documentId !== undefined && !documentIdSchema.safeParse(documentId).success) {
    throw wrong('form:document_id', 'must be a document id');
  }
  const groups = form.has('groups') ? groupsOf(form.getAll('groups')) : undefined;
  if (groups && documentId !== undefined) {
    throw wrong('form:groups', 'cannot come with document_id: a new version is for whom the document is for');
  }
  return {
    bytes: new Uint8Array(await file.arrayBuffer()),
    filename: file.name,
    mediaType: mediaTypeForm.test(mediaType) ? mediaType : 'application/octet-stream',
    ...(typeof documentId === 'string' && { documentId }),
    ...(groups && { groups }),
  };
}

function groupsOf(values: readonly (File | string)[]): string[] {
  const names = values.map((value) => {
    const name = groupName.safeParse(value);
    if (!name.success) throw wrong('form:groups', 'must be names of 1 to 200 visible characters');
    return name.data;
  });
  const groups = documentGroupsSchema.safeParse(names);
  if (!groups.success) throw wrong('form:groups', 'must be at most 32 different names');
  return groups.data;
}

const wrong = (field: string, reason: string) =>
  new Problem('invalid', `${field}: ${reason}`, { errors: [{ field, reason }] });
