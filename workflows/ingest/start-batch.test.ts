import type { SQSEvent } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryBlobStore } from '../../core/documents/blob-store.memory.ts';
import type { AttemptRef } from '../../core/documents/document.ts';
import { keys } from '../../core/documents/keys.ts';
import { createMemoryLedger } from '../../core/documents/ledger.memory.ts';
import { vouchForTenant } from '../../core/tenants/tenant-id.ts';
import { executionName } from './execution-name.ts';
import { startBatch } from './start-batch.ts';

const tenant = vouchForTenant('t1');
const id = (n: number) => `doc_${String(n).padStart(26, '0')}`;
const arrival = (key: string) =>
  JSON.stringify({ Records: [{ s3: { object: { key: encodeURIComponent(key) } } }] });
const batch = (...bodies: string[]) =>
  ({ Records: bodies.map((body, i) => ({ messageId: `m${i}`, body })) }) as SQSEvent;

async function setUp() {
  const ledger = createMemoryLedger();
  const started: string[] = [];
  const start = async (of: string, ref: AttemptRef) => {
    if (ref.documentId === id(9)) throw new Error('throttled');
    started.push(`${of} ${ref.documentId} ${ref.version} ${ref.attempt}`);
    return 'started' as const;
  };
  const add = (n: number) =>
    ledger.create(tenant, id(n), { title: 'a', filename: 'a', mediaType: 'a/b', sha256: `${n}`, bytes: 1 });
  return { deps: { ledger, start, blobs: createMemoryBlobStore() }, ledger, started, add };
}

describe('starting ingestion from the queue', () => {
  beforeEach(() => void vi.spyOn(process.stderr, 'write').mockReturnValue(true));
  afterEach(() => void vi.restoreAllMocks());

  it('starts the current attempt and drops what is not worth one', async () => {
    const { deps, ledger, started, add } = await setUp();
    for (let n = 1; n <= 4; n++) await add(n);
    ledger.markReady(tenant, id(2), 1, 1);
    await ledger.fail(tenant, { documentId: id(3), version: 1, attempt: 1 }, 'no');
    await ledger.markDeleting(tenant, id(4));
    const original = (n: number, version = 1) => arrival(keys.original(tenant, id(n), version));
    const answer = await startBatch(
      deps,
      batch(
        ...[1, 2, 3, 4, 5].map((n) => original(n)),
        original(1, 2),
        arrival('tenants/t1/documents/x/v1/original'),
        JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'b' }),
      ),
    );
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(started).toEqual([`t1 ${id(1)} 1 1`]);
  });

  it('reports the messages that failed, and only those', async () => {
    const { deps, started, add } = await setUp();
    await add(1);
    await add(9);
    const answer = await startBatch(
      deps,
      batch(
        'not json',
        arrival(keys.original(tenant, id(9), 1)),
        arrival(keys.original(tenant, id(1), 1)),
        '{}',
      ),
    );
    expect(answer.batchItemFailures.map((failure) => failure.itemIdentifier)).toEqual(['m0', 'm1', 'm3']);
    expect(started).toHaveLength(1);
  });

  it('names executions by attempt, within what Step Functions allows', () => {
    const ref = { documentId: id(1), version: 999_999_999, attempt: 99_999 };
    const name = executionName(tenant, ref);
    expect(name).toMatch(/^[A-Za-z0-9_-]{1,80}$/);
    expect(executionName(tenant, ref)).toBe(name);
    const others = [
      executionName(vouchForTenant('t2'), ref),
      executionName(tenant, { ...ref, attempt: 1 }),
      executionName(tenant, { ...ref, version: 1 }),
    ];
    expect(new Set([name, ...others]).size).toBe(4);
  });
});
