import { z } from 'zod';
import type { AttemptRef } from '../../core/documents/document.ts';
import { parseOriginalKey } from '../../core/documents/keys.ts';
import { documentIdSchema } from '../../core/documents/schema.ts';
import { type TenantId, tenantIdText, vouchForTenant } from '../../core/tenants/tenant-id.ts';

/** What travels from state to state: names alone, the data lies in the bucket. */
export const ingestPayloadSchema = z.object({
  tenant_id: tenantIdText,
  document_id: documentIdSchema,
  version: z.int().min(1).max(999_999_999),
  attempt: z.int().min(1),
  /** Known from the segment's making on, for who reads the execution's history. */
  segment_id: z.string().optional(),
});
export type IngestPayload = z.infer<typeof ingestPayloadSchema>;

const failureSchema = ingestPayloadSchema.extend({ error: z.string(), cause: z.string().default('') });

export interface IngestInput {
  readonly tenant: TenantId;
  readonly ref: AttemptRef;
  readonly payload: IngestPayload;
}

/**
 * Guards the input of a task. Only the starter starts executions, from keys that the accepting request made, so the
 * tenant in the input is the one that was authenticated there.
 *
 * @throws {z.ZodError} when the input is anything else.
 */
export function readInput(event: unknown): IngestInput {
  const payload = ingestPayloadSchema.parse(event);
  const { tenant_id, document_id: documentId, version, attempt } = payload;
  return { tenant: vouchForTenant(tenant_id), ref: { documentId, version, attempt }, payload };
}

/** The input of the task that records a failure: the same, with what the state machine caught. */
export function readFailure(event: unknown): IngestInput & { error: string; message: string | undefined } {
  const { error, cause } = failureSchema.parse(event);
  return { ...readInput(event), error, message: messageOf(cause) };
}

/** A function's error arrives as JSON text with its message inside. */
function messageOf(cause: string): string | undefined {
  try {
    return z.object({ errorMessage: z.string() }).parse(JSON.parse(cause)).errorMessage;
  } catch {
    return undefined;
  }
}

/** A key as a notification of the bucket carries it (URL-encoded); `undefined` when it is no original's. */
export function readArrivedKey(
  encoded: string,
): { tenant: TenantId; documentId: string; version: number } | undefined {
  const parsed = parseOriginalKey(decodeURIComponent(encoded.replaceAll('+', ' ')));
  return parsed && { ...parsed, tenant: vouchForTenant(parsed.tenant) };
}
