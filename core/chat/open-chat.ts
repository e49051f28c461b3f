import { AdmissionUnsure, UnknownTenant } from '../admission/admission.ts';
import { limitsOf } from '../admission/limits.ts';
import type { Decision } from '../admission/schema.ts';
import { compileScreen, type Refusal, type Screen } from '../guardrails/screen.ts';
import type { Proof } from '../identity/proof.ts';
import type { ChatEvent, OrchestratorEvent } from '../orchestrator/schema.ts';
import { Problem } from '../problems/problem.ts';
import type { StoredConfig, TenantConfig } from '../tenants/schema.ts';
import type { Asking, ChatDeps, Question } from './chat-deps.ts';
import { rateLimitHeaders } from './rate-limit-headers.ts';
import { type Recorder, recordRequest } from './record-request.ts';

export interface OpenedChat {
  readonly headers: Record<string, string>;
  /** From `start` to exactly one of `done` and `error`. */
  readonly events: AsyncIterable<ChatEvent>;
}

/**
 * Decides about a question and opens its answer. Admission, screening and retrieval run side by side; a refused
 * admission throws away what retrieval found. A credential that was revoked is told so before all else; 429 wins over
 * a refusal, and a refusal is an answer.
 *
 * @throws {Problem} `not-found` (no such tenant), `unauthenticated` (the credential was revoked), `rate-limited`,
 *   `unavailable`.
 */
export async function openChat(deps: ChatDeps, { question, proof, signal }: Asking): Promise<OpenedChat> {
  const recorder = recordRequest(deps, question);
  const stored = await deps.configs.get(question.tenant).catch(unavailable);
  if (!stored) throw unknownTenant();

  // The answer is begun before the decision is known; its own gate keeps it from saying anything.
  const deciding = decide(deps, question, stored, proof);
  let attempt = new Attempt(deps, question, stored, signal);
  try {
    let decision = await deciding;
    if (decision.configVersion > stored.version) {
      attempt.abandon();
      const newer = await deps.configs.reload(question.tenant, decision.configVersion).catch(unavailable);
      if (!newer) throw unknownTenant();
      attempt = new Attempt(deps, question, newer, signal);
      // A permit that was taken counts; a refusal by limits that no longer hold does not.
      if (!decision.admitted) decision = await decide(deps, question, newer, proof);
    }
    const headers = { 'x-message-id': question.message_id, ...rateLimitHeaders(decision.buckets) };
    if (!decision.admitted) throw denied(decision, headers, recorder);
    return { headers, events: chatEvents(question, attempt, decision, recorder) };
  } catch (error) {
    attempt.abandon();
    throw error;
  }
}

/**
 * Takes a permit for a credential that holds. Whoever has one that was revoked learns nothing of the tenant's limits, so
 * each decision is looked at with the epoch that it brought before it is looked at itself.
 */
async function decide(
  deps: ChatDeps,
  question: Question,
  stored: StoredConfig,
  proof: Proof,
): Promise<Decision> {
  const decision = await admit(deps, question, stored);
  if (!(await proof.holdsAt(decision.authEpoch).catch(uncheckable))) throw revoked();
  return decision;
}

/**
 * Takes a permit. Of requests that come at once, one that read its clock a little earlier may be decided a little later
 * and find no permit at its own reading; when the time it would have to wait has passed meanwhile, it asks again.
 */
async function admit(deps: ChatDeps, question: Question, { config }: StoredConfig): Promise<Decision> {
  const limits = limitsOf(config);
  const nowMs = deps.now();
  const decision = await deps.admission.admit(question.tenant, limits, nowMs).catch(unsure);
  const laterMs = deps.now();
  if (decision.admitted || laterMs - nowMs < decision.retryAfterMs) return decision;
  return deps.admission.admit(question.tenant, limits, laterMs).catch(unsure);
}

/** The screening and the speculative answer that belong to one version of the tenant's configuration. */
class Attempt {
  readonly refusal: Refusal | undefined;
  readonly #admitted = Promise.withResolvers<boolean>();
  readonly #stop = new AbortController();
  readonly #events: AsyncIterator<OrchestratorEvent> | undefined;
  readonly #firstEvent: Promise<IteratorResult<OrchestratorEvent>> | undefined;

  constructor(deps: ChatDeps, question: Question, stored: StoredConfig, signal: AbortSignal) {
    this.refusal = screenOf(stored.config)(question.query);
    if (this.refusal) return;
    const { tenant, ...rest } = question;
    this.#events = deps.orchestrator
      .run(
        tenant,
        {
          ...rest,
          groups: [...question.groups],
          standings: [...question.standings],
          config: stored.config,
        },
        this.#admitted.promise,
        AbortSignal.any([signal, this.#stop.signal]),
      )
      [Symbol.asyncIterator]();
    this.#firstEvent = this.#events.next();
    this.#firstEvent.catch(() => {}); // it is looked at when the events are read, or never
  }

  /** Lets the answer speak. */
  async *events(): AsyncGenerator<OrchestratorEvent> {
    if (!this.#events || !this.#firstEvent) return;
    this.#admitted.resolve(true);
    try {
      let next = await this.#firstEvent;
      while (!next.done) {
        yield next.value;
        next = await this.#events.next();
      }
    } finally {
      this.#stop.abort();
    }
  }

  abandon(): void {
    this.#admitted.resolve(false);
    this.#stop.abort();
  }
}

async function* chatEvents(
  question: Question,
  attempt: Attempt,
  decision: Decision,
  recorder: Recorder,
): AsyncGenerator<ChatEvent> {
  const remaining = remainingOf(decision);
  const ids = {
    message_id: question.message_id,
    tenant_id: question.tenant,
    session_id: question.session_id,
  };
  const source = attempt.refusal ? refusalEvents(question, attempt.refusal) : attempt.events();
  let ended = false;
  try {
    yield { event: 'start', data: ids };
    for await (const event of closed(source)) {
      recorder.saw(event);
      ended = event.event === 'done' || event.event === 'error';
      yield event.event === 'usage'
        ? {
            event: 'usage',
            data: { ...event.data, ...recorder.bill(), remaining, decided_by: recorder.decidedBy },
          }
        : event;
      if (ended) break;
    }
  } finally {
    recorder.end(ended ? undefined : 'cancelled');
  }
}

/** Makes sure that a source ends with `done` or `error`, whatever becomes of it. */
async function* closed(source: AsyncIterable<OrchestratorEvent>): AsyncGenerator<OrchestratorEvent> {
  try {
    yield* source;
    yield brokenOff();
  } catch (error) {
    yield brokenOff(error);
  }
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

/** Rules are compiled once a configuration: the cache hands out the same object until the version changes. */
const screens = new WeakMap<TenantConfig, Screen>();
function screenOf(config: TenantConfig): Screen {
  const known = screens.get(config) ?? compileScreen(config);
  screens.set(config, known);
  return known;
}

function remainingOf(decision: Decision): { minute: number; hour: number } {
  const of = (name: string) => decision.buckets.find(({ bucket }) => bucket === name)?.remaining ?? 0;
  return { minute: of('minute'), hour: of('hour') };
}

function denied(
  decision: Decision & { admitted: false },
  headers: Record<string, string>,
  recorder: Recorder,
): Problem {
  const retryAfterS = Math.max(1, Math.ceil(decision.retryAfterMs / 1_000));
  recorder.denied(429, decision.decidedBy);
  return new Problem('rate-limited', `The tenant's limit a ${decision.decidedBy} is used up.`, {
    errors: [{ field: `limit:${decision.decidedBy}`, reason: `try again in ${retryAfterS} s` }],
    retryAfterS,
    headers,
  });
}

const unknownTenant = () => new Problem('not-found', 'There is no such tenant.');

/** To the letter what a credential that never was one is told, where callers are established. */
const revoked = () =>
  new Problem('unauthenticated', 'The credential does not prove who asks.', {
    errors: [{ field: 'header:authorization', reason: 'is not valid' }],
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  });

function uncheckable(cause: unknown): never {
  throw new Problem('unavailable', 'Who asks cannot be checked at the moment.', { retryAfterS: 2, cause });
}

function unavailable(cause: unknown): never {
  throw new Problem('unavailable', 'The configuration cannot be read right now.', { retryAfterS: 2, cause });
}

function unsure(cause: unknown): never {
  if (cause instanceof UnknownTenant) throw unknownTenant();
  if (cause instanceof AdmissionUnsure) {
    throw new Problem('unavailable', 'The limits cannot be checked right now.', { retryAfterS: 1, cause });
  }
  throw cause;
}
