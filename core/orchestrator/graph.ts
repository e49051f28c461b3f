import { Annotation, END, START, StateGraph } from '@langchain/langgraph';
import type { Screen } from '../guardrails/screen.ts';
import { scanSources } from '../guardrails/sources/scan-sources.ts';
import { RetrievalUnavailable, type Retriever } from '../retrieval/retriever.ts';
import type { RetrieveResponse } from '../retrieval/schema.ts';
import type { Route } from '../tenants/schema.ts';
import type { TenantId } from '../tenants/tenant-id.ts';
import {
  answerByGenerating,
  answerByQuoting,
  answerSmallTalk,
  answerWithoutSources,
  type Turn,
} from './answers.ts';
import { chooseRoute, notAnsweredHere, type RouteChoice, routesOf } from './choose-route.ts';
import { type Engine, EngineUnavailable } from './engine.ts';
import type { OrchestrateRequest, OrchestratorEvent } from './schema.ts';

export interface GraphDeps {
  readonly retriever: Retriever;
  readonly engine: Engine;
  readonly answerMode: 'generative' | 'extractive';
  readonly builtInRoutes: readonly Route[];
  /** Ranked with the routes and never shown: how turns that need no sources are recognised. */
  readonly smallTalk: Pick<Route, 'id' | 'description' | 'examples'>;
  /** A word for one message's prompts that no answer may show: see `canaryOf`. */
  readonly canary: (tenant: TenantId, messageId: string) => string;
  /** Hears what the client is not told. */
  readonly log: (message: string, error: unknown) => void;
  /** How many chunks to retrieve. */
  readonly k?: number;
}

/** What one run is about; the same for every node. */
export interface RunContext {
  readonly tenant: TenantId;
  readonly request: OrchestrateRequest;
  readonly canary: string;
  /** Of the tenant, for questions. */
  readonly screen: () => Screen;
  readonly admitted: Promise<boolean>;
  /** Ends what the nodes wait for; they say before what the engine has sent by then. */
  readonly signal: AbortSignal;
  /** Takes what went wrong with the answer: thrown, it would drop what was said before and is not read yet. */
  readonly fail: (error: unknown) => void;
  /** Takes how many pieces of sources were left out. */
  readonly leftOut: (count: number) => void;
}

/** The router refused the request while its retrieval was under way. */
export class NotAdmitted extends Error {
  override readonly name = 'NotAdmitted';
}

const State = Annotation.Root({
  found: Annotation<RetrieveResponse | 'unavailable' | undefined>,
  choice: Annotation<RouteChoice | undefined>,
});
type State = typeof State.State;
/** The parts of LangGraph's runtime that the nodes use. */
interface Config {
  readonly context?: unknown;
  readonly writer?: ((event: unknown) => void) | undefined;
}

/**
 * The orchestrator as a graph. Retrieval and the wait for admission run side by side; the answer begins when both are
 * done. Nodes emit the chat's events through the graph's custom stream.
 *
 *     retrieve ─┐
 *               ├─> choose ─> converse | quote | generate | withoutSources | (nothing: refused, unavailable)
 *     gate ─────┘
 */
export function createGraph(deps: GraphDeps) {
  const generates = deps.answerMode === 'generative';

  async function retrieve(_state: State, config: Config) {
    const { tenant, request, signal } = context(config);
    const routes = [...routesOf(request.config, deps.builtInRoutes), deps.smallTalk].map(
      ({ id, description, examples }) => ({ id, description, examples }),
    );
    try {
      const found = await deps.retriever.retrieve(
        tenant,
        { query: request.query, routes, k: deps.k ?? 8, groups: request.groups },
        signal,
      );
      return { found: await screened(found, context(config)) };
    } catch (error) {
      if (error instanceof RetrievalUnavailable) return { found: 'unavailable' as const };
      throw error;
    }
  }

  async function gate(_state: State, config: Config) {
    if (!(await context(config).admitted)) throw new NotAdmitted();
    return {};
  }

  function choose(state: State, config: Config) {
    const { request } = context(config);
    const emit = emitter(config);
    const found = state.found === 'unavailable' ? undefined : state.found;
    const { config: tenantConfig, standings } = request;
    const routes = routesOf(tenantConfig, deps.builtInRoutes);
    const choice = chooseRoute(tenantConfig, standings, routes, found?.routes);
    if (choice.kind === 'none') throw new RetrievalUnavailable('no route can be ranked');
    emit({ event: 'route', data: { route: choice.route.id, confidence: choice.confidence } });
    if (choice.kind === 'blocked') {
      refuse(emit, request, notAnsweredHere(choice.route.id), 'blocked_route', choice.index);
      return { choice };
    }
    const sources = choice.smallTalk || !choice.route.retrieval ? [] : (found?.chunks ?? []);
    emit({
      event: 'retrieval',
      data: {
        chunks: sources.map(({ id, document_id, title, score }) => ({ id, document_id, title, score })),
        ...(!found && { unavailable: true as const }),
      },
    });
    if (!found && choice.route.on_unavailable === 'refuse') {
      refuse(emit, request, 'The documents cannot be searched right now.', 'output', 0);
    }
    return { choice };
  }

  function next(state: State): 'converse' | 'quote' | 'generate' | 'withoutSources' | typeof END {
    if (state.choice?.kind !== 'answer') return END;
    const { route, smallTalk } = state.choice;
    if (state.found === 'unavailable') return route.on_unavailable === 'refuse' ? END : 'withoutSources';
    if (smallTalk || !route.retrieval) return 'converse';
    return generates ? 'generate' : 'quote';
  }

  /** A node that relays the events of one way to answer. */
  const answer =
    (how: (turn: Turn) => AsyncIterable<OrchestratorEvent>) => async (state: State, config: Config) => {
      const { tenant, request, canary, signal, fail } = context(config);
      if (state.choice?.kind !== 'answer') throw new Error('no route was chosen');
      const found = state.found === 'unavailable' ? undefined : state.found;
      const emit = emitter(config);
      const turn = { tenant, request, route: state.choice.route, found, canary, signal };
      try {
        for await (const event of how(turn)) emit(event);
      } catch (error) {
        fail(error);
      }
      return {};
    };

  return new StateGraph(State)
    .addNode('retrieve', retrieve)
    .addNode('gate', gate)
    .addNode('choose', choose)
    .addNode(
      'converse',
      answer((turn) => answerSmallTalk(turn, deps.engine)),
    )
    .addNode(
      'quote',
      answer((turn) => answerByQuoting(turn, false)),
    )
    .addNode(
      'generate',
      answer((turn) => answerByGenerating(turn, deps.engine, deps.log)),
    )
    .addNode(
      'withoutSources',
      answer((turn) => answerWithoutSources(turn, generates ? deps.engine : undefined)),
    )
    .addEdge(START, 'retrieve')
    .addEdge(START, 'gate')
    .addEdge(['retrieve', 'gate'], 'choose')
    .addConditionalEdges('choose', next, ['converse', 'quote', 'generate', 'withoutSources', END])
    .addEdge('converse', END)
    .addEdge('quote', END)
    .addEdge('generate', END)
    .addEdge('withoutSources', END)
    .compile();
}

/** What was found, without the pieces that a tenant who has sources screened would refuse as questions. */
async function screened(found: RetrieveResponse, run: RunContext): Promise<RetrieveResponse> {
  if (run.request.config.scan_sources !== true) return found;
  const screen = run.screen();
  const { leftOut, ...kept } = await scanSources(
    found,
    async (text) => (await screen.screen(text, run.signal)).refusal !== undefined,
  );
  run.leftOut(leftOut);
  return kept;
}

function context(config: Config): RunContext {
  if (!config.context) throw new Error('the run has no context');
  return config.context as RunContext;
}

function emitter(config: Config): (event: OrchestratorEvent) => void {
  return (event) => config.writer?.(event);
}

function refuse(
  emit: (event: OrchestratorEvent) => void,
  request: OrchestrateRequest,
  reason: string,
  kind: 'blocked_route' | 'output',
  index: number,
): void {
  emit({ event: 'refusal', data: { reason, rule: { kind, index } } });
  emit({ event: 'usage', data: { prompt_tokens: 0, completion_tokens: 0 } });
  emit({
    event: 'done',
    data: { message_id: request.message_id, finish_reason: 'refusal', degraded: false },
  });
}

export const isUnavailable = (error: unknown) =>
  error instanceof RetrievalUnavailable || error instanceof EngineUnavailable;
