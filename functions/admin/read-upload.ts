import type { UploadedFile } from '../../core/documents/accept-upload.ts';
import { documentIdSchema } from '../../core/documents/schema.ts';
import { Problem } from '../../core/problems/problem.ts';
import { readBytes } from '../http/read-body.ts';

/** A function takes 6 MB a request, base64 included, so this is what fits. */
export const maxFileBytes = 4 * 1024 * 1024;
const maxFormBytes = maxFileBytes + 64 * 1024;
const mediaTypeForm = /^[\w.+-]{1,60}\/[\w.+-]{1,60}$/;

/**
 * Reads the form of an upload: one file in `file`, and optionally `document_id`. Other fields are ignored.
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

  const [file, ...more] = form.getAll('file');
  if (!(file instanceof File)) throw wrong('form:file', file === undefined ? 'is missing' : 'is not a file');
  if (more.length > 0) throw wrong('form:file', 'must be sent once');
  if (file.size > maxFileBytes) {
    throw new Problem('too-large', `The file may have at most ${maxFileBytes} bytes.`, {
      errors: [{ field: 'form:file', reason: `has ${file.size} bytes` }],
    });
  }
  const mediaType = file.type.split(';')[0]?.trim().toLowerCase() ?? '';
  const documentId = form.get('document_id');
  if (documentId !== null && !documentIdSchema.safeParse(documentId).success) {
    throw wrong('form:document_id', 'must be a document id');
  }
  return {
    bytes: new Uint8Array(await file.arrayBuffer()),
    filename: file.name,
    mediaType: mediaTypeForm.test(mediaType) ? mediaType : 'application/octet-stream',
    ...(typeof documentId === 'string' && { documentId }),
  };
}

const wrong = (field: string, reason: string) =>
  new Problem('invalid', `${field}: ${reason}`, { errors: [{ field, reason }] });
