import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListExecutionsCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { region } from '../../core/aws/clients.ts';
import type { DocumentRecord } from '../../core/documents/document.ts';
import { keys } from '../../core/documents/keys.ts';
import { vouchForTenant } from '../../core/tenants/tenant-id.ts';
import { arns, physical } from '../../local/aws/names.ts';
import { type EmulatedIngestion, startEmulatedIngestion } from '../../test/support/emulated-ingestion.ts';

const tenant = vouchForTenant('sweep');
const stateMachineArn = arns.stateMachine('ingest');
let ingestion: EmulatedIngestion;
let sfn: SFNClient;

beforeAll(async () => {
  ingestion = await startEmulatedIngestion(tenant);
  sfn = new SFNClient({ region: region() });
});
afterAll(() => ingestion?.stop());

const pause = () => new Promise((wake) => setTimeout(wake, 50));
const bytesOf = (text: string) => new TextEncoder().encode(text);

/** Stops a document's execution as soon as it runs, as an operator or the end of the emulator would. */
async function stop({ documentId }: DocumentRecord): Promise<void> {
  for (const until = Date.now() + 30_000; Date.now() < until; await pause()) {
    const { executions = [] } = await sfn.send(
      new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }),
    );
    const found = executions.find(({ name }) => name?.startsWith(`${documentId}-v1-a1-`));
    if (!found?.executionArn) continue;
    await sfn.send(new StopExecutionCommand({ executionArn: found.executionArn }));
    return;
  }
  throw new Error('it never ran');
}

async function settled({ documentId }: DocumentRecord): Promise<DocumentRecord | undefined> {
  for (const until = Date.now() + 60_000; Date.now() < until; await pause()) {
    const record = await ingestion.ledger.get(tenant, documentId);
    if (record?.state === 'ready' || record?.state === 'failed') return record;
  }
  return ingestion.ledger.get(tenant, documentId);
}

async function sweep(): Promise<unknown> {
  const client = new LambdaClient({ region: region() });
  const answer = await client.send(new InvokeCommand({ FunctionName: physical('ingest-sweep') }));
  const result: unknown = JSON.parse(Buffer.from(answer.Payload ?? []).toString());
  if (answer.FunctionError) throw new Error(JSON.stringify(result));
  return result;
}

describe('ingestions that were cut off, on emulated AWS', () => {
  it('are gone on with by the sweep, once', { timeout: 150_000 }, async () => {
    expect(await sweep()).toEqual({ restarted: 0, failed: 0, over: 0 });
    const [cut, whole] = [
      await ingestion.upload('The library opens at nine.'),
      await ingestion.upload('Parking is free.'),
    ];
    await stop(cut);
    expect(await settled(whole)).toMatchObject({ state: 'ready', attempts: 1 });
    expect(await ingestion.ledger.get(tenant, cut.documentId)).toMatchObject({ attempts: 1 });
    expect((await ingestion.ledger.get(tenant, cut.documentId))?.state).not.toMatch(/ready|failed/);

    const outcomes = await Promise.all([sweep(), sweep()]);
    expect(outcomes).toContainEqual({ restarted: 1, failed: 0, over: 0 });
    expect(await settled(cut)).toMatchObject({ state: 'ready', attempts: 2 });
    expect(await sweep()).toMatchObject({ restarted: 0, failed: 0 });
    expect(await ingestion.ledger.get(tenant, cut.documentId)).toMatchObject({ state: 'ready', attempts: 2 });
  });

  it('are gone on with when their original arrives again', { timeout: 100_000 }, async () => {
    const record = await ingestion.upload('The museum is closed on Mondays.');
    await stop(record);
    await ingestion.blobs.put(
      tenant,
      keys.original(tenant, record.documentId, 1),
      bytesOf('The museum is closed on Mondays.'),
      {
        contentType: 'text/plain',
        metadata: { filename: 'a.txt' },
      },
    );
    expect(await settled(record)).toMatchObject({ state: 'ready', attempts: 2 });
  });
});
