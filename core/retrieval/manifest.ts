import { z } from 'zod';
import { tenantIdText } from '../tenants/tenant-id.ts';

/**
 * Which segments make up a tenant's index, and which of their chunks count. Manifests are immutable objects in
 * S3; the `INDEX` item in the table points at the one that is live and is swapped by compare-and-set.
 */
export const manifestSchema = z.object({
  format: z.literal(1),
  tenant_id: tenantIdText,
  revision: z.int().min(1),
  segments: z.array(
    z.object({
      id: z.string(),
      documents: z.array(z.object({ document_id: z.string(), version: z.int(), chunks: z.int() })),
    }),
  ),
  /** A chunk of `document_id` whose version is below `below_version` is not part of the index any more. */
  tombstones: z.array(z.object({ document_id: z.string(), below_version: z.int() })),
});
export type Manifest = z.infer<typeof manifestSchema>;
