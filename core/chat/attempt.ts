import { compileScreen, type Refusal, type Screen } from '../guardrails/screen.ts';
import type { EngineUsage, OrchestratorEvent } from '../orchestrator/schema.ts';
import type { StoredConfig, TenantConfig } from '../tenants/schema.ts';
import type { ChatDeps, Question } from './chat-deps.ts';
import { ReadAhead } from './read-ahead.ts';
import { within } from './within.ts';

/** How long an answer that was stopped may take to end. */
const endsWithinMs = 1_000;

/** The screening and the speculative answer that belong to one version of the tenant's configuration. */
export class Attempt {
  readonly refusal: Refusal | undefined;
  readonly #admitted = Promise.withResolvers<boolean>();
  readonly #stop = new AbortController();
  readonly #events: AsyncIterator<OrchestratorEvent> | undefined;
  readonly #firstEvent: Promise<IteratorResult<OrchestratorEvent>> | undefined;
  #said: ReadAhead<OrchestratorEvent> | undefined;

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

  /**
   * Lets the answer speak.
   *
   * @param spent told what the answer has come to as soon as that is known, however far its events were read.
   */
  speak(spent: (usage: EngineUsage) => void): AsyncIterable<OrchestratorEvent> {
    if (!this.#events || !this.#firstEvent) throw new Error('a question that is refused has no answer');
    this.#admitted.resolve(true);
    this.#said ??= new ReadAhead(this.#events, this.#firstEvent, ({ event, data }) => {
      if (event === 'spent' || event === 'usage') spent(data);
    });
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

/** Rules are compiled once a configuration: the cache hands out the same object until the version changes. */
const screens = new WeakMap<TenantConfig, Screen>();
function screenOf(config: TenantConfig): Screen {
  const known = screens.get(config) ?? compileScreen(config);
  screens.set(config, known);
  return known;
}
