/** The chat and the admin function on memory versions of their ports, for a Lambda host to run as it runs the real ones. */

import { createHash } from 'node:crypto';
import { handle, streamHandle } from 'hono/aws-lambda';
import { createMemoryBlobStore } from '../../core/documents/blob-store.memory.ts';
import type { BlobStore } from '../../core/documents/blob-store.ts';
import { createOriginCheck } from '../../core/identity/origin-secret.ts';
import { tenantConfigSchema } from '../../core/tenants/schema.ts';
import { createAdminApp } from '../../functions/admin/app.ts';
import { createAuthenticator } from '../../functions/http/authenticate.ts';
import { withReadableEvents } from '../../functions/http/readable-events.ts';
import { adminParts } from './admin-parts.ts';
import { chatStand, engineOf, t1 } from './chat-stand.ts';

const value = process.env.ORIGIN_VALUE ?? '';
const isFromOrigin = createOriginCheck({ accept: [value, value, value] });
const stand = await chatStand();
await stand.store.put(t1, tenantConfigSchema.parse({ tenant_id: 't1', rate_limit_per_minute: 500 }), true);

const blobs = createMemoryBlobStore();
/** Tells of the bytes of everything that is stored. */
const toldBlobs: BlobStore = {
  ...blobs,
  put: (tenant, key, bytes, options) => {
    console.log(JSON.stringify({ stored: createHash('sha256').update(bytes).digest('hex') }));
    return blobs.put(tenant, key, bytes, options);
  },
};

export const chat = withReadableEvents(
  streamHandle(
    stand.chatApp({
      isFromOrigin,
      answerMode: 'generative',
      engine: engineOf(['one ', 'two ', 'three ', 'four ', 'five ', 'six '], 150),
    }),
  ),
);

export const admin = withReadableEvents(
  handle(
    createAdminApp({
      ...adminParts(stand.store),
      authenticator: createAuthenticator({ modes: ['header'] }),
      isFromOrigin,
      blobs: toldBlobs,
    }),
  ),
);
