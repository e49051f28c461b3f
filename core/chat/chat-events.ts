import type { Decision } from '../admission/schema.ts';
import type { Refusal, Screened } from '../guardrails/screen.ts';
import type { ChatEvent, OrchestratorEvent } from '../orchestrator/schema.ts';
import { Problem } from '../problems/problem.ts';
import type { KeptQuery } from '../queries/recent-queries.ts';
import type { TenantConfig } from '../tenants/schema.ts';
import type { Attempt } from './attempt.ts';
import type { Asking, ChatDeps, Question } from './chat-deps.ts';
import type { Recorder } from './record-request.ts';
import { settleReservation } from './settle-reservation.ts';
import { watchCancellation } from './watch-cancellation.ts';

/** An admitted question, and the answer to it that may speak now. */
export interface Admitted extends Omit<Asking, 'proof'> {
  /** Of the tenant; the one that the question was screened by. */
  readonly config: TenantConfig;
  readonly attempt: Attempt;
  /** What the rules said of the question. */
  readonly screened: Screened;
  readonly decision: Decision;
  readonly recorder: Recorder;
}

/**
 * The events of an answer. However it ends, what was reserved is settled once, with what was produced: as soon as the
 * work is over, whether anybody still reads, and before its last event is given.
 */
export async function* chatEvents(
  deps: ChatDeps,
  { question, asker, signal, config, attempt, screened, decision, recorder }: Admitted,
): AsyncGenerator<ChatEvent> {
  let cancelled = false;
  let ended = false;
  const unwatch = watchCancellation(deps, question, asker, () => {
    cancelled = true;
    void attempt.stop();
  });
  const finish = once(async () => {
    unwatch();
    await attempt.stop();
    await settleReservation(deps, question.tenant, decision, recorder.usage);
  });
  const why = () => (cancelled ? 'cancelled' : hasLeft(signal) ? 'left' : undefined);
  recorder.shadowed(screened.shadow);
  try {
    const source = screened.refusal
      ? refusalEvents(question, screened.refusal)
      : closed(attempt.speak(recorder.heard), question, recorder, why);
    // A reader that takes nothing does not keep the reservation from being settled.
    void attempt.ended.then(finish);
    yield { event: 'start', data: idsOf(question) };
    for await (const event of source) {
      if (event.event === 'spent' || event.event === 'guarded') continue;
      recorder.saw(event);
      ended = event.event === 'done' || event.event === 'error';
      if (ended) await finish();
      yield event.event === 'usage'
        ? {
            event: 'usage',
            data: {
              ...event.data,
              ...recorder.bill(),
              remaining: remainingOf(decision),
              decided_by: recorder.decidedBy,
            },
          }
        : event;
      if (ended) break;
    }
  } finally {
    await finish();
    if (!ended) recorder.cut();
    recorder.end();
    // When all is said: the end of a stream waits for it, and an answer in one piece, a bounded time.
    await deps.keepQuery(question.tenant, config, askedOf(question, recorder));
  }
}

/** What of a question may be kept, and what became of it. Who asked is no part of it. */
const askedOf = ({ message_id, query }: Question, { begunMs, route, decidedBy }: Recorder): KeptQuery => ({
  atMs: begunMs,
  messageId: message_id,
  query,
  route,
  decidedBy,
});

const idsOf = ({ message_id, tenant, session_id }: Question) => ({
  message_id,
  tenant_id: tenant,
  session_id,
});

/** Whether the reader went away; a deadline that passed leaves it waiting. */
const hasLeft = (signal: AbortSignal) =>
  signal.aborted && !(signal.reason instanceof Error && signal.reason.name === 'TimeoutError');

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}

/** Makes sure that a source ends with `done` or `error`, whatever becomes of it, as long as anybody reads. */
async function* closed(
  source: AsyncIterable<OrchestratorEvent>,
  question: Question,
  recorder: Recorder,
  why: () => 'cancelled' | 'left' | undefined,
): AsyncGenerator<OrchestratorEvent> {
  let cause: unknown;
  try {
    yield* source;
  } catch (error) {
    cause = error;
  }
  const reason = why();
  if (reason === 'left') return;
  if (reason === undefined) {
    yield brokenOff(cause);
    return;
  }
  recorder.cut();
  yield { event: 'usage', data: recorder.usage };
  yield {
    event: 'done',
    data: { message_id: question.message_id, finish_reason: 'cancelled', degraded: false },
  };
}

function brokenOff(cause?: unknown): OrchestratorEvent {
  const problem = new Problem(
    'unavailable',
    'The answer could not be completed. Try again in a few seconds.',
    { cause },
  );
  const { type, title, status, detail } = problem.body();
  return { event: 'error', data: { type, title, status, detail } };
}

async function* refusalEvents(question: Question, refusal: Refusal): AsyncGenerator<OrchestratorEvent> {
  yield { event: 'refusal', data: refusal };
  yield { event: 'usage', data: { prompt_tokens: 0, completion_tokens: 0 } };
  yield {
    event: 'done',
    data: { message_id: question.message_id, finish_reason: 'refusal', degraded: false },
  };
}

function remainingOf({ buckets }: Decision): { minute: number; hour: number; tokens?: number } {
  const of = (name: string) => buckets.find(({ bucket }) => bucket === name)?.remaining;
  const tokens = of('tokens');
  return { minute: of('minute') ?? 0, hour: of('hour') ?? 0, ...(tokens !== undefined && { tokens }) };
}
