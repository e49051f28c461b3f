import { z } from 'zod';
import type { ConfigSource } from '../../core/chat/chat-deps.ts';
import type { OpenedChat } from '../../core/chat/open-chat.ts';
import { compiledFor } from '../../core/guardrails/compiled.ts';
import type { StoredAnswer } from '../../core/idempotency/schema.ts';
import type { ChatEvent, ChatRequest } from '../../core/orchestrator/schema.ts';
import { unknownTenant } from '../../core/tenants/unknown-tenant.ts';
import { unreadConfig } from '../../core/tenants/unread-config.ts';
import type { Caller } from '../http/caller.ts';
import { type Idempotency, replayedHeader, type Turn } from '../http/idempotency.ts';
import { regatedEvents } from './regated-events.ts';

export interface OpenOnceDeps {
  readonly idempotency: Idempotency;
  readonly configs: Pick<ConfigSource, 'get'>;
}

export interface KeyedChat {
  /** Absent: the answer is opened, and that is all. */
  readonly key: string | undefined;
  readonly caller: Caller;
  readonly body: ChatRequest;
}

type Running = Exclude<Turn, { replay: StoredAnswer }>;

/**
 * Opens an answer once a key: what was answered before comes again, as the same events under the same message, but for
 * what rules written since do not let pass. The key is claimed before admission, so that costs no permit.
 *
 * @throws {Problem} as `Idempotency.begin`; `not-found`, since a key must not bring a tenant into being; `unavailable`
 *   where the rules for answers cannot be applied to what comes again; and what `open` throws, which lets go of the key.
 */
export async function openOnce(
  { idempotency, configs }: OpenOnceDeps,
  { key, caller, body }: KeyedChat,
  open: () => Promise<OpenedChat>,
): Promise<OpenedChat> {
  if (key === undefined) return open();
  const config = await configs.get(caller.tenant).catch(unreadConfig);
  if (!config) throw unknownTenant();
  const turn = await idempotency.begin({ key, route: 'POST /chat', caller, request: body });
  if (turn.replay) {
    const { headers, body: kept } = turn.replay;
    const rules = compiledFor(caller.tenant, config.config);
    const shown = await regatedEvents(keptSchema.parse(kept), rules, headers['x-message-id'] ?? '');
    return { headers: { ...headers, ...replayedHeader }, events: eventsOf(shown) };
  }
  try {
    const { headers, events } = await open();
    return { headers, events: keptEvents(events, turn, headers['x-message-id'] ?? '') };
  } catch (error) {
    await turn.release();
    throw error;
  }
}

/**
 * The same events. They are kept before `done` is passed on, so whoever has seen the end can have it again. An answer
 * that ends in any other way lets go of the key.
 */
async function* keptEvents(
  events: AsyncIterable<ChatEvent>,
  turn: Running,
  messageId: string,
): AsyncGenerator<ChatEvent> {
  const seen: ChatEvent[] = [];
  let complete = false;
  try {
    for await (const event of events) {
      addTo(seen, event);
      if (event.event === 'done' && event.data.finish_reason !== 'cancelled') {
        complete = true;
        await turn.keep({ status: 200, headers: { 'x-message-id': messageId }, body: seen });
      }
      yield event;
    }
  } finally {
    if (!complete) await turn.release();
  }
}

/** Pieces of text that follow each other are kept as one. */
function addTo(seen: ChatEvent[], event: ChatEvent): void {
  const last = seen.at(-1);
  if (event.event === 'token' && last?.event === 'token') {
    seen[seen.length - 1] = { event: 'token', data: { text: last.data.text + event.data.text } };
  } else seen.push(event);
}

const eventForm = z.looseObject({ event: z.string(), data: z.looseObject({}) });
/** As `keptEvents` kept them; nobody else writes them. */
const keptSchema = z.array(z.custom<ChatEvent>((kept) => eventForm.safeParse(kept).success));

async function* eventsOf(events: readonly ChatEvent[]): AsyncGenerator<ChatEvent> {
  yield* events;
}
