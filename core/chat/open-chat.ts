import { AdmissionUnsure, UnknownTenant } from '../admission/admission.ts';
import { limitsOf } from '../admission/limits.ts';
import type { Decision, LimitName, Outdated } from '../admission/schema.ts';
import type { Proof } from '../identity/proof.ts';
import { uncheckable, unproven } from '../identity/unproven.ts';
import type { ChatEvent } from '../orchestrator/schema.ts';
import { Problem } from '../problems/problem.ts';
import type { StoredConfig } from '../tenants/schema.ts';
import { unknownTenant } from '../tenants/unknown-tenant.ts';
import { unreadConfig } from '../tenants/unread-config.ts';
import { Attempt } from './attempt.ts';
import { budgetOf } from './budget-of.ts';
import type { Asking, ChatDeps, Question } from './chat-deps.ts';
import { chatEvents } from './chat-events.ts';
import { rateLimitHeaders } from './rate-limit-headers.ts';
import { type Recorder, recordRequest } from './record-request.ts';
import { settleReservation } from './settle-reservation.ts';

/** How often the configuration may change while one request is decided about. */
const maxReloads = 3;

export interface OpenedChat {
  readonly headers: Record<string, string>;
  /** From `start` to exactly one of `done` and `error`. */
  readonly events: AsyncIterable<ChatEvent>;
}

/**
 * Decides about a question and opens its answer. Admission, screening and retrieval run side by side; a refused
 * admission throws away what retrieval found, and so does a configuration that is newer than the one in hand: nothing is
 * taken by limits that hold no more. A credential that was revoked is told so before all else; 429 wins over
 * a refusal, and a refusal is an answer.
 *
 * @throws {Problem} `not-found` (no such tenant), `unauthenticated` (the credential was revoked), `rate-limited`,
 *   `unavailable` (also where the tenant's rules cannot be applied: nothing is answered without them).
 */
export async function openChat(deps: ChatDeps, asking: Asking): Promise<OpenedChat> {
  const { question, proof, signal } = asking;
  const recorder = recordRequest(deps, question);
  const stored = await deps.configs.get(question.tenant).catch(unreadConfig);
  if (!stored) throw unknownTenant();

  for (let current = stored, again = 0; ; again++) {
    // The answer is begun before the decision is known; its own gate keeps it from saying anything.
    const deciding = decide(deps, question, current, proof);
    const attempt = new Attempt(deps, question, current, signal);
    try {
      const decision = await deciding;
      if (!isOutdated(decision)) {
        const headers = { 'x-message-id': question.message_id, ...rateLimitHeaders(decision.buckets) };
        if (!decision.admitted) throw denied(decision, headers, recorder);
        const screened = await attempt.screened.catch(async (error: unknown) => {
          await giveBack(deps, question, decision);
          recorder.denied(503, signal.aborted ? 'cancelled' : 'unscreened');
          throw unscreened(error);
        });
        const admitted = { ...asking, config: current.config, attempt, screened, decision, recorder };
        return { headers, events: chatEvents(deps, admitted) };
      }
      attempt.abandon();
      if (again === maxReloads) throw unsure(new AdmissionUnsure('the configuration kept changing'));
      const newer = await deps.configs.reload(question.tenant, decision.configVersion).catch(unreadConfig);
      if (!newer) throw unknownTenant();
      // What was read after admission told of a version is at least that one, whatever its number says.
      current = { ...newer, version: Math.max(newer.version, decision.configVersion) };
    } catch (error) {
      attempt.abandon();
      throw error;
    }
  }
}

const isOutdated = (decision: Decision): decision is Outdated =>
  !decision.admitted && decision.decidedBy === 'config';

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
  try {
    if (!(await proof.holdsAt(decision.authEpoch).catch(unsaid))) throw unproven();
    return decision;
  } catch (error) {
    await giveBack(deps, question, decision);
    throw error;
  }
}

/** What was reserved for an answer that there will not be. */
const giveBack = (deps: ChatDeps, { tenant }: Question, decision: Decision) =>
  settleReservation(deps, tenant, decision, { prompt_tokens: 0, completion_tokens: 0 });

/**
 * Takes a permit. Of requests that come at once, one that read its clock a little earlier may be decided a little later
 * and find no permit at its own reading; when the time it would have to wait has passed meanwhile, it asks again.
 */
async function admit(
  deps: ChatDeps,
  question: Question,
  { config, version }: StoredConfig,
): Promise<Decision> {
  const limits = limitsOf(config);
  const budget = budgetOf(deps, config, question.message_id);
  const nowMs = deps.now();
  const decision = await deps.admission.admit(question.tenant, limits, nowMs, budget, version).catch(unsure);
  const laterMs = deps.now();
  if (decision.admitted || isOutdated(decision) || laterMs - nowMs < decision.retryAfterMs) return decision;
  return deps.admission.admit(question.tenant, limits, laterMs, budget, version).catch(unsure);
}

function denied(
  decision: Exclude<Decision, { admitted: true } | Outdated>,
  headers: Record<string, string>,
  recorder: Recorder,
): Problem {
  const retryAfterS = Math.max(1, Math.ceil(decision.retryAfterMs / 1_000));
  recorder.denied(429, decision.decidedBy);
  return new Problem('rate-limited', usedUp[decision.decidedBy], {
    errors: [{ field: `limit:${decision.decidedBy}`, reason: `try again in ${retryAfterS} s` }],
    retryAfterS,
    headers,
  });
}

const usedUp: Readonly<Record<LimitName, string>> = {
  minute: "The tenant's limit a minute is used up.",
  hour: "The tenant's limit an hour is used up.",
  tokens: "The tenant's limit of tokens a minute does not leave room for another answer.",
  cost: "The tenant's budget of the day does not leave room for another answer.",
  concurrent: 'As many answers are under way as the tenant may have at once.',
};

function unsaid(cause: unknown): never {
  throw uncheckable(cause);
}

/** Without its rules no question is answered. */
const unscreened = (cause: unknown) =>
  cause instanceof Problem
    ? cause
    : new Problem('unavailable', 'The question cannot be screened right now.', { retryAfterS: 2, cause });

function unsure(cause: unknown): never {
  if (cause instanceof UnknownTenant) throw unknownTenant();
  if (cause instanceof AdmissionUnsure) {
    throw new Problem('unavailable', 'The limits cannot be checked right now.', { retryAfterS: 1, cause });
  }
  throw cause;
}
