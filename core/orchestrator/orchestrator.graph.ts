import { Problem } from '../problems/problem.ts';
import { createGraph, type GraphDeps, isUnavailable, NotAdmitted } from './graph.ts';
import type { Orchestrator } from './orchestrator.ts';
import type { OrchestratorEvent } from './schema.ts';

/** The orchestrator that runs the graph in this process. */
export function createGraphOrchestrator(deps: GraphDeps): Orchestrator {
  const graph = createGraph(deps);
  return {
    async *run(tenant, request, admitted, signal) {
      const failures: unknown[] = [];
      const fail = (error: unknown) => void failures.push(error);
      try {
        // The graph is not told of the signal: it would drop what its nodes have still to say of what was spent.
        const stream = await graph.stream(
          {},
          { streamMode: 'custom', context: { tenant, request, admitted, signal, fail }, recursionLimit: 10 },
        );
        for await (const event of stream) yield event as OrchestratorEvent;
        if (failures.length > 0) throw failures[0];
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
