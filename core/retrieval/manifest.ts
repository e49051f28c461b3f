import { z } from 'zod';
import { tenantIdText } from '../tenants/tenant-id.ts';

/**
 * Which segments make up a tenant's index, and which of their chunks count. Manifests are immutable objects in
 * S3; the `INDEX` item in the table points at the one that is live and is swapped by compare-and-set.
 */
export const manifestSchema = z.object({
  /** 2 where a document is for groups: who knows only 1 would show it to everybody, so it must refuse the manifest. */
  format: z.literal([1, 2]),
  /**
   * A ULID in lower case, made anew for every change and part of the object's key. Two manifests of a tenant may have
   * the same revision (the table was restored, or the tenant erased and made again), never the same id.
   */
  id: z.string().regex(/^[0-9a-hjkmnp-tv-z]{26}$/),
  tenant_id: tenantIdText,
  revision: z.int().min(1),
  segments: z.array(
    z.object({
      id: z.string(),
      /** The manifest that first had this segment: with it, the segment's id never stands for other content. */
      since: z.string(),
      documents: z.array(
        z.object({
          document_id: z.string(),
          version: z.int(),
          chunks: z.int(),
          /** Whom the document is for, the same in all entries of it; missing: everybody of the tenant. */
          groups: z.array(z.string()).optional(),
        }),
      ),
    }),
  ),
  /** A chunk of `document_id` whose version is below `below_version` is not part of the index any more. */
  tombstones: z.array(z.object({ document_id: z.string(), below_version: z.int() })),
});
export type Manifest = z.infer<typeof manifestSchema>;
