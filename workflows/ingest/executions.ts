import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  type ExecutionListItem,
  type ExecutionStatus,
  ListExecutionsCommand,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { EndedAttempt, ListEnded } from '../../core/documents/create-sweep.ts';
import type { StartAttempt } from '../../core/documents/revive-attempt.ts';
import { logError } from '../../functions/http/app.ts';
import { executionName } from './execution-name.ts';
import { type IngestPayload, readInput } from './input.ts';

/** Statuses of an execution that ended without passing its own last state (Step Functions API, ListExecutions). */
const cutOff = ['FAILED', 'TIMED_OUT', 'ABORTED'] as const satisfies ExecutionStatus[];
const running: readonly (ExecutionStatus | undefined)[] = ['RUNNING', 'PENDING_REDRIVE'];
/** How far back a sweep looks; executions themselves take two hours at most. */
const lookBackMs = 24 * 60 * 60_000;
const pageSize = 100;
const maxPages = 5;
/** Executions described at the same time: the API allows a few in a second. */
const groupSize = 5;

/** The state machine's executions as attempts: each attempt has one, named after it. */
export function createExecutions(
  sfn: SFNClient,
  stateMachineArn: string,
  now: () => Date = () => new Date(),
): { readonly start: StartAttempt; readonly listEnded: ListEnded } {
  const describe = async (executionArn: string): Promise<EndedAttempt[]> => {
    const { input } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    try {
      const { tenant, ref } = readInput(JSON.parse(input ?? ''));
      return [{ key: executionArn, tenant, ref }];
    } catch (error) {
      // Not one of the starter's, so there is no document behind it.
      logError(`execution ${executionArn} has another input than the starter gives`, error);
      return [];
    }
  };

  /** Newest first. */
  async function* ended(status: ExecutionStatus): AsyncGenerator<ExecutionListItem[]> {
    let nextToken: string | undefined;
    for (let page = 0; page < maxPages; page++) {
      const found = await sfn.send(
        new ListExecutionsCommand({
          stateMachineArn,
          statusFilter: status,
          maxResults: pageSize,
          ...(nextToken !== undefined && { nextToken }),
        }),
      );
      const since = now().getTime() - lookBackMs;
      const recent = (found.executions ?? []).filter(({ startDate }) => (startDate?.getTime() ?? 0) > since);
      yield recent;
      nextToken = found.nextToken;
      if (nextToken === undefined || recent.length < (found.executions ?? []).length) return;
    }
  }

  return {
    async start(tenant, ref) {
      const name = executionName(tenant, ref);
      const payload: IngestPayload = {
        tenant_id: tenant,
        document_id: ref.documentId,
        version: ref.version,
        attempt: ref.attempt,
      };
      try {
        await sfn.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(payload) }));
        return 'started';
      } catch (error) {
        if (!(error instanceof ExecutionAlreadyExists)) throw error;
      }
      const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
      const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      return running.includes(status) ? 'started' : 'ended';
    },

    async *listEnded(known) {
      for (const status of cutOff) {
        for await (const page of ended(status)) {
          const arns = page.flatMap(({ executionArn }) => executionArn ?? []).filter((arn) => !known(arn));
          for (let at = 0; at < arns.length; at += groupSize) {
            yield (await Promise.all(arns.slice(at, at + groupSize).map(describe))).flat();
          }
        }
      }
    },
  };
}
