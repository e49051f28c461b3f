import type { Hono } from 'hono';
import { parseAccept } from 'hono/utils/accept';
import { ulid } from 'ulid';
import type { Cancellations } from '../../core/chat/cancellations.ts';
import type { ChatDeps } from '../../core/chat/chat-deps.ts';
import { openChat } from '../../core/chat/open-chat.ts';
import { type ChatEvent, chatRequestSchema } from '../../core/orchestrator/schema.ts';
import { Problem } from '../../core/problems/problem.ts';
import { type Settled, settledAfter, settledBefore } from '../http/after-answer.ts';
import { type AppEnv, createApp, type Edge, onlyMethods } from '../http/app.ts';
import { type Authenticator, authenticate, mustAgree } from '../http/authenticate.ts';
import type { Caller } from '../http/caller.ts';
import { type Idempotency, idempotencyKeyOf, keyHeader } from '../http/idempotency.ts';
import { permit } from '../http/permit.ts';
import { readJson } from '../http/read-body.ts';
import { sseResponse } from '../http/sse.ts';
import { answerObject } from './answer-object.ts';
import { askerOf, cancelRoute } from './cancel.ts';
import { openOnce } from './open-once.ts';

export interface ChatAppDeps extends ChatDeps, Edge {
  readonly authenticator: Authenticator;
  readonly cancellations: Cancellations;
  /** Answers once a key, where a request brings one. */
  readonly idempotency: Idempotency;
  /** Waits for what establishing the caller left to do. */
  readonly settled?: Settled;
  /** How long an answer in one piece may take; a proxy in front closes at 60 s. */
  readonly jsonDeadlineMs?: number;
  /** How long a streamed answer may take. */
  readonly streamDeadlineMs?: number;
}

const maxBodyBytes = 64 * 1024;
const anonymousUser = 'anonymous';

/** The data plane: `POST /chat`, and `POST /chat/{message_id}/cancel`. */
export function createChatApp(deps: ChatAppDeps): Hono<AppEnv> {
  const settled = deps.settled ?? (async () => {});
  const app = createApp({ edge: deps });
  app.use('/chat', settledBefore(settled), authenticate(deps.authenticator, { confirm: 'at-admission' }));
  app.post('/chat', permit('chat'), async (c) => {
    const form = preferredForm(c.req.header('accept'));
    const body = await readJson(c.req.raw, chatRequestSchema, maxBodyBytes);
    const { caller } = c.var;
    if (body.tenant_id !== undefined) mustAgree(caller, '/tenant_id', body.tenant_id);
    mustSpeakFor(caller, body.user_id);
    const question = {
      tenant: caller.tenant,
      message_id: `msg_${ulid().toLowerCase()}`,
      session_id: body.session_id ?? `ses_${ulid().toLowerCase()}`,
      user_id: body.user_id ?? caller.subject ?? anonymousUser,
      query: body.query,
      locale: body.locale ?? 'en-US',
      groups: caller.groups,
      standings: caller.mode === 'key' ? (['key'] as const) : caller.roles,
    };
    const gone = new AbortController();
    const deadlineMs = form === 'json' ? (deps.jsonDeadlineMs ?? 55_000) : (deps.streamDeadlineMs ?? 110_000);
    // The request's own signal tells of a client that left before its answer begins; in a function nothing tells.
    const signal = AbortSignal.any([gone.signal, c.req.raw.signal, AbortSignal.timeout(deadlineMs)]);
    const key = idempotencyKeyOf(c.req.header(keyHeader));
    const open = () => openChat(deps, { question, asker: askerOf(caller), proof: caller.proof, signal });
    const { headers, events } = await openOnce(deps, { key, caller, body }, open);
    c.header('vary', 'Accept');
    if (form === 'stream') return sseResponse(settledAfter(events, settled), headers, () => gone.abort());
    return c.json(await answerObject(collect(events)), 200, headers);
  });
  onlyMethods(app, '/chat', ['POST']);
  cancelRoute(app, deps, settled);
  return app;
}

/** @throws {Problem} when the caller names another user, and its credential is not for that. */
function mustSpeakFor({ subject, scopes }: Caller, userId: string | undefined): void {
  if (userId === undefined || userId === subject || scopes.includes('delegate')) return;
  throw new Problem('forbidden', 'The credential speaks for another user.', {
    errors: [{ field: '/user_id', reason: 'is not the subject of the credential' }],
  });
}

async function collect(events: AsyncIterable<ChatEvent>): Promise<ChatEvent[]> {
  const all: ChatEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

/**
 * SSE unless the client likes JSON better.
 *
 * @throws {Problem} `not-acceptable` when it takes neither.
 */
function preferredForm(accept: string | undefined): 'stream' | 'json' {
  if (!accept) return 'stream';
  const liked = parseAccept(accept.toLowerCase());
  const quality = (type: string) => {
    const [kind] = type.split('/');
    const best =
      liked.find((a) => a.type === type) ??
      liked.find((a) => a.type === `${kind}/*`) ??
      liked.find((a) => a.type === '*/*');
    return best?.q ?? 0;
  };
  const stream = quality('text/event-stream');
  const json = quality('application/json');
  if (stream === 0 && json === 0) {
    throw new Problem('not-acceptable', 'The answer comes as text/event-stream or application/json.');
  }
  return json > stream ? 'json' : 'stream';
}
