import { Problem } from '../problems/problem.ts';
import { createGraph, type GraphDeps, isUnavailable, NotAdmitted } from './graph.ts';
import type { Orchestrator } from './orchestrator.ts';
import type { OrchestratorEvent } from './schema.ts';

/** The orchestrator that runs the graph in this process. */
export function createGraphOrchestrator(deps: GraphDeps): Orchestrator {
  const graph = createGraph(deps);
  return {
    async *run(tenant, request, admitted, signal) {
      try {
        const stream = await graph.stream(
          {},
          { streamMode: 'custom', signal, context: { tenant, request, admitted }, recursionLimit: 10 },
        );
        for await (const event of stream) yield event as OrchestratorEvent;
      } catch (error) {
        if (error instanceof NotAdmitted || signal.aborted) return;
        deps.log('the orchestrator failed', error);
        yield errorEvent(isUnavailable(error));
      }
    },
  };
}

function errorEvent(unavailable: boolean): OrchestratorEvent {
  const problem = unavailable
    ? new Problem('unavailable', 'The answer cannot be given right now. Try again in a few seconds.')
    : new Problem('internal', 'The answer could not be completed.');
  const { type, title, status, detail } = problem.body();
  return { event: 'error', data: { type, title, status, detail } };
}
