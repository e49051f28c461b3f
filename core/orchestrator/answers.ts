import type { RetrieveResponse } from '../retrieval/schema.ts';
import type { Route } from '../tenants/schema.ts';
import type { TenantId } from '../tenants/tenant-id.ts';
import { createMarkReader, type MarkedPiece } from './citation-marks.ts';
import { citeChunk, citeEvidence } from './citations.ts';
import { type Engine, type EnginePrompt, EngineUnavailable } from './engine.ts';
import { pickSentences } from './pick-sentences.ts';
import {
  promptWithoutSources,
  promptWithSources,
  SOURCES_SILENT,
  smallTalkPrompt,
  sourcesThatFit,
} from './prompts.ts';
import type { EngineUsage, OrchestrateRequest, OrchestratorEvent } from './schema.ts';

/** Everything that an answer is made of. */
export interface Turn {
  readonly tenant: TenantId;
  readonly request: OrchestrateRequest;
  readonly route: Route;
  readonly found: RetrieveResponse | undefined;
  /** In the system's part of every prompt, and never in an answer. */
  readonly canary: string;
  readonly signal: AbortSignal;
}

type Events = AsyncGenerator<OrchestratorEvent>;

export const NOT_SEARCHABLE =
  'The documents cannot be searched right now, so this answer is not based on them. ';
const noTokens: EngineUsage = { prompt_tokens: 0, completion_tokens: 0 };

/** Exact sentences of the sources, each with its citation, or the statement that they do not say. */
export async function* answerByQuoting(turn: Turn, degraded: boolean, spent = noTokens): Events {
  const { chunks = [], evidence = [] } = turn.found ?? {};
  let n = 0;
  for (const sentence of pickSentences(turn.request.query, evidence)) {
    const citation = citeEvidence(n + 1, sentence, chunks);
    if (!citation) continue;
    n += 1;
    yield { event: 'token', data: { text: `${n > 1 ? ' ' : ''}${sentence.text} [${n}]` } };
    yield { event: 'citation', data: citation };
  }
  if (n === 0) yield { event: 'token', data: { text: SOURCES_SILENT } };
  yield* ending(turn, spent, 'stop', degraded);
}

/** The engine's answer from the sources, citations checked as it streams. */
export async function* answerByGenerating(
  turn: Turn,
  engine: Engine,
  log: (message: string, error: unknown) => void,
): Events {
  const sources = sourcesThatFit(turn.found?.chunks ?? []);
  const prompt = promptWithSources(turn.request.query, turn.request.locale, turn.route, sources, turn.canary);
  const marks = createMarkReader();
  const cited = new Set<number>();

  function* show(pieces: MarkedPiece[]): Generator<OrchestratorEvent> {
    for (const piece of pieces) {
      if (piece.kind === 'text') {
        yield { event: 'token', data: { text: piece.text } };
        continue;
      }
      const source = sources[piece.n - 1];
      const citation = source && citeChunk(piece.n, source, piece.said);
      if (!citation) continue; // a mark that refers to nothing is not shown
      yield { event: 'token', data: { text: `${piece.space}[${piece.n}]` } };
      if (cited.has(piece.n)) continue;
      cited.add(piece.n);
      yield { event: 'citation', data: citation };
    }
  }

  let begun = false;
  let spent = noTokens;
  try {
    for await (const event of engine.stream(turn.tenant, prompt, turn.signal)) {
      if (event.kind === 'text') {
        begun = true;
        yield* show(marks.read(event.text));
        continue;
      }
      if (event.kind === 'spent') {
        spent = event.usage;
        yield { event: 'spent', data: spent };
        continue;
      }
      yield* show(marks.end());
      yield* ending(turn, event.usage, event.finishReason, false);
    }
  } catch (error) {
    if (begun || !(error instanceof EngineUnavailable)) throw error;
    // Nothing was said yet: what the sources say verbatim is better than no answer, and it is marked.
    if (pickSentences(turn.request.query, turn.found?.evidence ?? []).length === 0) throw error;
    log('the engine failed; the sources are quoted instead', error);
    yield* answerByQuoting(turn, true, spent);
  }
}

/** A turn that needs no sources. */
export async function* answerSmallTalk(turn: Turn, engine: Engine): Events {
  yield* relay(turn, engine, smallTalkPrompt(turn.request.query, turn.request.locale, turn.canary), false);
}

/**
 * The sources cannot be searched: says so first. Where the engine generates, it then answers on its own; where
 * answers are quotations there is nothing to quote, and nothing is made up.
 */
export async function* answerWithoutSources(turn: Turn, engine: Engine | undefined): Events {
  yield { event: 'token', data: { text: NOT_SEARCHABLE } };
  if (engine) {
    yield* relay(
      turn,
      engine,
      promptWithoutSources(turn.request.query, turn.request.locale, turn.route, turn.canary),
      true,
    );
    return;
  }
  yield { event: 'token', data: { text: 'Please ask again in a moment.' } };
  yield* ending(turn, noTokens, 'stop', true);
}

async function* relay(turn: Turn, engine: Engine, prompt: EnginePrompt, degraded: boolean): Events {
  for await (const event of engine.stream(turn.tenant, prompt, turn.signal)) {
    if (event.kind === 'text') yield { event: 'token', data: { text: event.text } };
    else if (event.kind === 'spent') yield { event: 'spent', data: event.usage };
    else yield* ending(turn, event.usage, event.finishReason, degraded);
  }
}

function* ending(
  turn: Turn,
  usage: EngineUsage,
  finishReason: 'stop' | 'length',
  degraded: boolean,
): Generator<OrchestratorEvent> {
  yield { event: 'usage', data: usage };
  yield {
    event: 'done',
    data: { message_id: turn.request.message_id, finish_reason: finishReason, degraded },
  };
}
