import { compiledFor } from '../guardrails/compiled.ts';
import type { Screened } from '../guardrails/screen.ts';
import type { OrchestratorEvent } from '../orchestrator/schema.ts';
import type { StoredConfig } from '../tenants/schema.ts';
import type { ChatDeps, Question } from './chat-deps.ts';
import { ReadAhead } from './read-ahead.ts';
import { within } from './within.ts';

/** How long an answer that was stopped may take to end. */
const endsWithinMs = 1_000;

/**
 * The screening and the speculative answer that belong to one version of the tenant's configuration. The answer is begun
 * as soon as it is known that the question is not refused, which for an ordinary one takes no turn of the event loop.
 */
export class Attempt {
  /** Resolves when the rules have spoken. Rejects when they cannot, or when nobody waits any more. */
  readonly screened: Promise<Screened>;
  readonly #admitted = Promise.withResolvers<boolean>();
  readonly #stop = new AbortController();
  #events: AsyncIterator<OrchestratorEvent> | undefined;
  #firstEvent: Promise<IteratorResult<OrchestratorEvent>> | undefined;
  #said: ReadAhead<OrchestratorEvent> | undefined;

  constructor(deps: ChatDeps, question: Question, stored: StoredConfig, signal: AbortSignal) {
    this.screened = this.#open(deps, question, stored, AbortSignal.any([signal, this.#stop.signal]));
    this.screened.catch(() => {}); // it is looked at when the question is admitted, or never
  }

  async #open(
    { orchestrator }: ChatDeps,
    question: Question,
    { config }: StoredConfig,
    signal: AbortSignal,
  ): Promise<Screened> {
    const screened = await compiledFor(question.tenant, config).screen.screen(question.query, signal);
    if (screened.refusal) return screened;
    signal.throwIfAborted();
    const { tenant, groups, standings, ...rest } = question;
    const request = { ...rest, groups: [...groups], standings: [...standings], config };
    this.#events = orchestrator.run(tenant, request, this.#admitted.promise, signal)[Symbol.asyncIterator]();
    this.#firstEvent = this.#events.next();
    this.#firstEvent.catch(() => {}); // it is looked at when the events are read, or never
    return screened;
  }

  /**
   * Lets the answer speak.
   *
   * @param heard told of every event as it comes, however far they were read.
   */
  speak(heard: (event: OrchestratorEvent) => void): AsyncIterable<OrchestratorEvent> {
    if (!this.#events || !this.#firstEvent)
      throw new Error('a question that is refused or not screened yet has no answer');
    this.#admitted.resolve(true);
    this.#said ??= new ReadAhead(this.#events, this.#firstEvent, heard);
    return this.#said;
  }

  /** Resolves when the answer says nothing more, for whatever reason. */
  get ended(): Promise<void> {
    return this.#said?.ended ?? Promise.resolve();
  }

  /** Ends the work; after that nothing more is said, or found to have been spent. */
  async stop(): Promise<void> {
    this.#stop.abort();
    if (!this.#said) return;
    await within(endsWithinMs, this.#said.ended);
    this.#said.close();
  }

  /** For an answer that never spoke. */
  abandon(): void {
    this.#admitted.resolve(false);
    this.#stop.abort();
  }
}
