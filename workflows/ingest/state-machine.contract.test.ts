import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { region } from '../../core/aws/clients.ts';
import type { DocumentRecord } from '../../core/documents/document.ts';
import { keys } from '../../core/documents/keys.ts';
import { vouchForTenant } from '../../core/tenants/tenant-id.ts';
import { arns } from '../../local/aws/names.ts';
import { type EmulatedIngestion, startEmulatedIngestion } from '../../test/support/emulated-ingestion.ts';

const tenant = vouchForTenant('machine');
let ingestion: EmulatedIngestion;

beforeAll(async () => {
  ingestion = await startEmulatedIngestion(tenant);
});
afterAll(() => ingestion?.stop());

async function settled({ documentId }: DocumentRecord): Promise<DocumentRecord> {
  for (const until = Date.now() + 100_000; ; ) {
    const record = await ingestion.ledger.get(tenant, documentId);
    if (record?.state === 'ready' || record?.state === 'failed') return record;
    if (Date.now() > until) throw new Error(`still ${record?.state}`);
    await new Promise((wake) => setTimeout(wake, 200));
  }
}

const executions = async () => {
  const sfn = new SFNClient({ region: region() });
  const { executions: found = [] } = await sfn.send(
    new ListExecutionsCommand({ stateMachineArn: arns.stateMachine('ingest') }),
  );
  return found.map(({ name = '', status }) => ({ name, status }));
};

describe('the ingest state machine on emulated AWS', () => {
  it('takes stored files to ready or failed by itself, each in one execution', {
    timeout: 120_000,
  }, async () => {
    const records = await Promise.all([
      ingestion.upload('The library opens at nine on weekdays.', 'library.txt'),
      ingestion.upload('%PDF-1.7', 'broken.txt'),
      ingestion.upload('# Parking\n\nParking is free on Sundays.', 'parking.md'),
    ]);
    // A second arrival of the same file starts nothing.
    await ingestion.upload('# Parking\n\nParking is free on Sundays.', 'parking.md');
    const done = await Promise.all(records.map(settled));
    expect(done.map(({ state }) => state)).toEqual(['ready', 'failed', 'ready']);
    expect(done[1]?.reason).toMatch(/^The file is a PDF file, although its name ends in \.txt/);
    expect(done.map(({ attempts }) => attempts)).toEqual([1, 1, 1]);

    for (
      let tries = 0;
      tries < 50 && (await executions()).some(({ status }) => status === 'RUNNING');
      tries++
    ) {
      await new Promise((wake) => setTimeout(wake, 200));
    }
    const names = records.map(({ documentId }) => `${documentId}-v1-a1-`);
    const found = await executions();
    expect(found).toHaveLength(3);
    for (const name of names) {
      expect(found.find((execution) => execution.name.startsWith(name))?.status).toBe('SUCCEEDED');
    }
  });

  it('records a failure inside without its words, and ends as failed', { timeout: 120_000 }, async () => {
    const record = await ingestion.upload('This will lose its text.', 'lost.txt');
    // Damage between the steps: the outline that parsing leaves is made unreadable as often as it appears.
    const outline = keys.attemptWork(tenant, record.documentId, 1, 1, 'outline.json');
    const until = Date.now() + 90_000;
    const spoil = async () => {
      while (
        Date.now() < until &&
        (await ingestion.ledger.get(tenant, record.documentId))?.state !== 'failed'
      ) {
        await ingestion.blobs.put(tenant, outline, new TextEncoder().encode('{"secret": 1}'));
        await new Promise((wake) => setTimeout(wake, 5));
      }
    };
    await spoil();
    expect(await settled(record)).toMatchObject({
      state: 'failed',
      reason: 'The document could not be processed. Try again.',
    });
  });
});
