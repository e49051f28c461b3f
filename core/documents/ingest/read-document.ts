import type { TenantId } from '../../tenants/tenant-id.ts';
import type { AttemptRef } from '../document.ts';
import { DocumentUnreadable } from '../document-unreadable.ts';
import { safeFileName, titleFromFileName } from '../file-name.ts';
import { keys } from '../keys.ts';
import { parseDocument } from '../parse/parse-document.ts';
import { goOn, type IngestDeps } from './attempt.ts';
import { workFiles } from './work-files.ts';

/**
 * First step: reads the original, writes the text that citations refer to, and the outline for the next step.
 *
 * @throws {DocumentUnreadable} {AttemptOver}
 */
export async function readDocument(deps: IngestDeps, tenant: TenantId, ref: AttemptRef): Promise<void> {
  await goOn(deps, tenant, ref, 'parsing');
  const original = await deps.blobs.get(tenant, keys.original(tenant, ref.documentId, ref.version));
  if (!original) throw new DocumentUnreadable('The file was not stored. Upload it again.');
  const filename = safeFileName(decoded(original.metadata.filename ?? ''));
  const { bytes, contentType: mediaType = '' } = original;
  const document = parseDocument({ bytes, filename, mediaType });
  const title = document.title ?? titleFromFileName(filename);
  await deps.blobs.put(
    tenant,
    keys.text(tenant, ref.documentId, ref.version),
    new TextEncoder().encode(document.text),
    { contentType: 'text/plain; charset=utf-8' },
  );
  await workFiles(deps.blobs, tenant, ref).write('outline.json', { title, sections: [...document.sections] });
  await goOn(deps, tenant, ref, 'parsing', title);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
