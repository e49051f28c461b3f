import { EventSourceParserStream } from 'eventsource-parser/stream';
import { guardedSchema } from '../../core/guardrails/schema.ts';
import type { ServiceTokenSigner } from '../../core/identity/service-token.ts';
import { type Orchestrator, OrchestratorUnavailable } from '../../core/orchestrator/orchestrator.ts';
import {
  chatEventSchemas,
  engineUsageSchema,
  type OrchestratorEvent,
} from '../../core/orchestrator/schema.ts';
import type { OrchestratorBindings } from '../orchestrator/app.ts';

/** How the orchestrator is called: its app's `fetch` in this process, or the network. */
export type OrchestratorFetch = (
  request: Request,
  bindings: OrchestratorBindings,
) => Response | Promise<Response>;

const schemas = {
  ...chatEventSchemas,
  usage: engineUsageSchema,
  spent: engineUsageSchema,
  guarded: guardedSchema,
};

/**
 * The orchestrator behind HTTP, the same for both shapes.
 *
 * @param waitForAdmission true where the promise of admission cannot be handed over: the call then waits for it.
 */
export function createHttpOrchestrator(options: {
  readonly url: string;
  readonly fetch: OrchestratorFetch;
  readonly sign: ServiceTokenSigner;
  readonly waitForAdmission: boolean;
}): Orchestrator {
  const address = new URL('/orchestrate', options.url).href;
  return {
    async *run(tenant, request, admitted, signal) {
      const token = await options.sign(tenant, 'orchestrator');
      if (options.waitForAdmission && !(await admitted)) return;
      const call = new Request(address, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify(request),
        signal,
      });
      let response: Response;
      try {
        response = await options.fetch(call, { admitted });
      } catch (cause) {
        throw new OrchestratorUnavailable('the orchestrator does not answer', { cause });
      }
      if (!response.ok || !response.body) {
        throw new OrchestratorUnavailable(
          `the orchestrator answered ${response.status}: ${await response.text()}`,
        );
      }
      const messages = response.body
        .pipeThrough(new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>)
        .pipeThrough(new EventSourceParserStream());
      for await (const message of messages) yield parseEvent(message.event, message.data);
    },
  };
}

/** @throws {OrchestratorUnavailable} for an event that the contract does not have. */
function parseEvent(name: string | undefined, data: string): OrchestratorEvent {
  const schema =
    name !== undefined && Object.hasOwn(schemas, name) ? schemas[name as keyof typeof schemas] : undefined;
  if (!schema || name === 'start') throw new OrchestratorUnavailable(`unknown event ${name}`);
  const parsed = schema.safeParse(JSON.parse(data));
  if (!parsed.success) throw new OrchestratorUnavailable(`malformed event ${name}`, { cause: parsed.error });
  return { event: name, data: parsed.data } as OrchestratorEvent;
}
