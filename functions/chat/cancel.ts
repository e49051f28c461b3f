import type { Hono } from 'hono';
import type { Cancellations } from '../../core/chat/cancellations.ts';
import type { ConfigSource } from '../../core/chat/chat-deps.ts';
import { Problem } from '../../core/problems/problem.ts';
import { unknownTenant } from '../../core/tenants/unknown-tenant.ts';
import { type Settled, settledBefore } from '../http/after-answer.ts';
import { type AppEnv, onlyMethods } from '../http/app.ts';
import { type Authenticator, authenticate } from '../http/authenticate.ts';
import type { Caller } from '../http/caller.ts';
import { permit } from '../http/permit.ts';

export interface CancelDeps {
  readonly authenticator: Authenticator;
  readonly cancellations: Pick<Cancellations, 'ask'>;
  readonly configs: Pick<ConfigSource, 'get'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

const path = '/chat/:message_id/cancel';
const messageIdForm = /^msg_[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/**
 * `POST /chat/{message_id}/cancel`: whoever asked wants the answer to end. It is for the one that streams the answer to
 * see that; who did not ask is told the same, and nothing comes of it.
 */
export function cancelRoute(app: Hono<AppEnv>, deps: CancelDeps, settled: Settled): void {
  app.use(path, settledBefore(settled), authenticate(deps.authenticator));
  app.post(path, permit('chat'), async (c) => {
    const messageId = c.req.param('message_id');
    if (!messageIdForm.test(messageId)) throw new Problem('not-found', 'There is no such message.');
    const { caller } = c.var;
    // Nothing is kept for a tenant that there is not.
    if (!(await deps.configs.get(caller.tenant).catch(unavailable))) {
      throw unknownTenant();
    }
    await deps.cancellations.ask(caller.tenant, messageId, askerOf(caller), deps.now()).catch(unavailable);
    return c.json({ message_id: messageId }, 202);
  });
  onlyMethods(app, path, ['POST']);
}

/** Whose an answer is. Callers by the header alone are nobody in particular, so theirs is anybody's of the tenant. */
export const askerOf = ({ mode, subject = '' }: Caller): string => `${mode}:${subject}`;

function unavailable(cause: unknown): never {
  throw new Problem('unavailable', 'The answer cannot be cancelled at the moment.', {
    retryAfterS: 2,
    cause,
  });
}
