import { within } from '../chat/within.ts';
import type { Gated, GateHits, GateStream, OutputGate } from '../guardrails/output-gate-types.ts';
import { addCharacters, type Effort, effortOf, inSlices } from '../guardrails/pace/in-slices.ts';
import { eachRuleOnce } from '../guardrails/rule-code.ts';
import type { Guarded, RuleRef } from '../guardrails/schema.ts';
import type { Refusal } from '../guardrails/screen.ts';
import type { ChatEventData, EngineUsage, OrchestratorEvent } from './schema.ts';

/** What stands between an answer and those who read it. */
export interface GateRun {
  /** Awaited when there is something to show. */
  readonly gate: Promise<OutputGate>;
  readonly canary?: string | undefined;
  readonly messageId: string;
  /** Ends the work behind the events; they go on until what was spent by then is told. */
  readonly stop: () => void;
  /** Pieces of sources that were left out. */
  readonly sourcesLeftOut: () => number;
  /** Tells that nobody waits any more; what was spent until then is told all the same. */
  readonly signal?: AbortSignal | undefined;
}

/** Stands where a rule that blocks was met beside the answer itself. */
const REMOVED = '[removed]';
/** How long a stopped engine may take to say what it has come to. */
const endsWithinMs = 1_000;

/**
 * What may be shown of an answer's events. Text that may turn out to be part of a match is held back, and what came behind
 * it waits; `spent` passes at once. However it ends, `guarded` is told before its last event:
 *
 * - in full: what was held back is shown first. Where the engine was cut at its limit it is not: it may be the beginning
 *   of a match.
 * - at a rule that blocks: nothing more is shown, the work is stopped, and the answer ends as a refusal with what it has
 *   come to. So it does where the quote of a citation is blocked. A title, a section or a tool's detail is blocked by
 *   itself: it stands beside the answer, and one document's name must not silence the others.
 * - broken off or left: what was held back is never shown.
 *
 * What the rules take longer for than for an ordinary answer has its turn among the heavy work of the process.
 *
 * @throws what the source throws, and what kept the gate from being made; {Problem} `unavailable` where the rules take too
 *   long.
 */
export async function* gateEvents(
  source: AsyncIterable<OrchestratorEvent>,
  run: GateRun,
): AsyncGenerator<OrchestratorEvent> {
  const iterator = source[Symbol.asyncIterator]();
  let answer: GatedAnswer | undefined;
  let over = false;
  try {
    for (;;) {
      const next = await iterator.next();
      if (next.done) {
        if (answer && !over) yield answer.guarded();
        return;
      }
      answer ??= new GatedAnswer(await run.gate, run);
      yield* answer.take(next.value);
      over = next.value.event === 'done' || next.value.event === 'error';
      if (!answer.blocked) continue;
      run.stop();
      over = true;
      yield { event: 'refusal', data: answer.blocked };
      yield* restOf(iterator, answer);
      yield* answer.refused();
      return;
    }
  } catch (error) {
    // Spent before nobody waited any more, and told behind text that took its time.
    if (answer && !over && run.signal?.aborted) yield* restOf(iterator, answer);
    if (answer && !over) yield answer.guarded();
    throw error;
  } finally {
    // Not waited for: whatever is still under way ends by itself.
    void Promise.resolve(iterator.return?.()).catch(() => {});
  }
}

/** What is told of a stopped engine's work. That it fails now is what stopping does. */
async function* restOf(
  iterator: AsyncIterator<OrchestratorEvent>,
  answer: GatedAnswer,
): AsyncGenerator<OrchestratorEvent> {
  const untilMs = performance.now() + endsWithinMs;
  for (;;) {
    const left = untilMs - performance.now();
    const next = await within(Math.max(0, left), iterator.next()).catch(() => 'failed' as const);
    if (typeof next === 'string' || next.done) return;
    const { event, data } = next.value;
    if (event !== 'spent' && event !== 'usage') continue;
    answer.spent = data;
    yield { event: 'spent', data };
  }
}

/** One answer on its way through the gate. */
class GatedAnswer {
  blocked: Refusal | undefined;
  /** What the answer has come to, as far as it was told. */
  spent: EngineUsage = { prompt_tokens: 0, completion_tokens: 0 };
  readonly #gate: OutputGate;
  readonly #run: GateRun;
  readonly #text: GateStream;
  /** Behind so many characters of the text. */
  readonly #waiting: { readonly event: OrchestratorEvent; readonly behind: number }[] = [];
  readonly #effort: Effort;
  #length = 0;
  #beside = 0;
  #audited: readonly RuleRef[] = [];
  #shadow: readonly RuleRef[] = [];

  constructor(gate: OutputGate, run: GateRun) {
    this.#gate = gate;
    this.#run = run;
    this.#text = gate.open({ canary: run.canary });
    this.#effort = effortOf(gate);
  }

  /** What may be shown now that this was said. Nothing more once something is `blocked`. */
  async *take(said: OrchestratorEvent): AsyncGenerator<OrchestratorEvent> {
    switch (said.event) {
      case 'spent':
        this.spent = said.data;
        yield said;
        return;
      case 'token':
        this.#length += said.data.text.length;
        yield* this.#show(await this.#push(this.#text, said.data.text));
        if (!this.blocked) yield* this.#release(this.#length - this.#text.held);
        return;
      case 'usage':
        // How much of what is held back may be shown is known when the reason of the end is.
        this.spent = said.data;
        return;
      case 'done':
        yield* this.#end(said.data);
        return;
      case 'guarded':
        return;
      case 'error':
        yield this.guarded();
        yield said;
        return;
      default:
        this.#waiting.push({ event: await this.#cleared(said), behind: this.#length });
        if (!this.blocked) yield* this.#release(this.#length - this.#text.held);
    }
  }

  /** The end of an answer that was blocked. */
  *refused(): Generator<OrchestratorEvent> {
    yield this.guarded();
    yield { event: 'usage', data: this.spent };
    yield {
      event: 'done',
      data: { message_id: this.#run.messageId, finish_reason: 'refusal', degraded: false },
    };
  }

  guarded(): OrchestratorEvent {
    this.#count();
    const data: Guarded = {
      masked: this.#beside + this.#text.hits.masked,
      audited: [...this.#audited],
      shadow: [...this.#shadow],
      sources_left_out: this.#run.sourcesLeftOut(),
    };
    return { event: 'guarded', data };
  }

  async *#end(data: ChatEventData<'done'>): AsyncGenerator<OrchestratorEvent> {
    if (data.finish_reason !== 'length') yield* this.#show(await this.#inSlices(this.#text.ending()));
    if (this.blocked) return;
    yield* this.#release(this.#length);
    yield this.guarded();
    yield { event: 'usage', data: this.spent };
    yield { event: 'done', data };
  }

  *#show({ text, blocked }: { text: string; blocked?: Refusal }): Generator<OrchestratorEvent> {
    this.#count();
    this.blocked = blocked;
    if (text !== '') yield { event: 'token', data: { text } };
  }

  /** What stands behind text that is out. */
  *#release(shown: number): Generator<OrchestratorEvent> {
    for (let first = this.#waiting[0]; first && first.behind <= shown; first = this.#waiting[0]) {
      this.#waiting.shift();
      yield first.event;
    }
  }

  async #cleared(said: OrchestratorEvent): Promise<OrchestratorEvent> {
    switch (said.event) {
      case 'retrieval': {
        const chunks: typeof said.data.chunks = [];
        for (const chunk of said.data.chunks)
          chunks.push({ ...chunk, title: await this.#aside(chunk.title) });
        return { event: 'retrieval', data: { ...said.data, chunks } };
      }
      case 'citation': {
        const { title, section, quote } = said.data;
        const gated = await this.#whole(quote);
        this.blocked = gated.blocked;
        const named = {
          title: await this.#aside(title),
          ...(section !== undefined && { section: await this.#aside(section) }),
        };
        return { event: 'citation', data: { ...said.data, ...named, quote: gated.text } };
      }
      case 'tool': {
        const { detail } = said.data;
        if (detail === undefined) return said;
        return { event: 'tool', data: { ...said.data, detail: await this.#aside(detail) } };
      }
      default:
        return said;
    }
  }

  /** What is shown beside the answer. */
  async #aside(text: string): Promise<string> {
    const gated = await this.#whole(text);
    if (!gated.blocked) return gated.text;
    this.#beside += 1;
    return REMOVED;
  }

  /** A text that is there as a whole, through a gate of its own. */
  async #whole(text: string): Promise<Gated> {
    const stream = this.#gate.open({ canary: this.#run.canary });
    const first = await this.#push(stream, text);
    const last = first.blocked ? first : await this.#inSlices(stream.ending());
    this.#beside += stream.hits.masked;
    this.#count(stream.hits);
    return first.blocked ? first : { ...last, text: first.text + last.text };
  }

  #push(stream: GateStream, text: string): Promise<Gated> {
    addCharacters(this.#effort, text.length);
    return this.#inSlices(stream.pushing(text));
  }

  #inSlices(work: Iterator<void, Gated>): Promise<Gated> {
    return inSlices(work, this.#effort, this.#run.signal);
  }

  /** In the order in which they were met, so as soon as something was looked at. */
  #count(hits: GateHits = this.#text.hits): void {
    if (hits.audited.length + hits.shadow.length === 0) return;
    this.#audited = eachRuleOnce([...this.#audited, ...hits.audited]);
    this.#shadow = eachRuleOnce([...this.#shadow, ...hits.shadow]);
  }
}
