import { setImmediate } from 'node:timers/promises';
import { compiledFor } from '../guardrails/compiled.ts';
import { Problem } from '../problems/problem.ts';
import { gateEvents } from './gate-events.ts';
import { createGraph, type GraphDeps, isUnavailable, NotAdmitted } from './graph.ts';
import type { Orchestrator } from './orchestrator.ts';
import type { OrchestratorEvent } from './schema.ts';

/** The orchestrator that runs the graph in this process. Nothing leaves it but through the tenant's gate. */
export function createGraphOrchestrator(deps: GraphDeps, rulesOf = compiledFor): Orchestrator {
  const graph = createGraph(deps);
  return {
    async *run(tenant, request, admitted, signal) {
      const failures: unknown[] = [];
      const canary = deps.canary(tenant, request.message_id);
      const stopped = new AbortController();
      let sourcesLeftOut = 0;
      const context = {
        tenant,
        request,
        canary,
        screen: () => rulesOf(tenant, request.config).screen,
        admitted,
        signal: AbortSignal.any([signal, stopped.signal]),
        fail: (error: unknown) => void failures.push(error),
        leftOut: (count: number) => {
          sourcesLeftOut += count;
        },
      };

      async function* said(): AsyncGenerator<OrchestratorEvent> {
        // The graph is not told of the signal: it would drop what its nodes have still to say of what was spent.
        const stream = await graph.stream({}, { streamMode: 'custom', context, recursionLimit: 10 });
        for await (const event of stream) yield event as OrchestratorEvent;
        if (failures.length > 0) throw failures[0];
      }

      // Rules that are new here are made ready while the sources are searched.
      const gate = setImmediate().then(() => rulesOf(tenant, request.config).gate);
      gate.catch(() => {}); // it is looked at when there is something to show, or never
      try {
        yield* gateEvents(said(), {
          gate,
          canary,
          messageId: request.message_id,
          stop: () => stopped.abort(),
          sourcesLeftOut: () => sourcesLeftOut,
          signal,
        });
      } catch (error) {
        if (error instanceof NotAdmitted || signal.aborted || !(await admitted)) return;
        deps.log('the orchestrator failed', error);
        yield errorEvent(error);
      } finally {
        stopped.abort();
      }
    },
  };
}

function errorEvent(error: unknown): OrchestratorEvent {
  const { type, title, status, detail } = problemOf(error).body();
  return { event: 'error', data: { type, title, status, detail } };
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return isUnavailable(error)
    ? new Problem('unavailable', 'The answer cannot be given right now. Try again in a few seconds.')
    : new Problem('internal', 'The answer could not be completed.');
}
