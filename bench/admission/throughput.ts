import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { createDynamoAdmission } from '../../core/admission/admission.dynamo.ts';
import type { Admission, Settlement } from '../../core/admission/admission.ts';
import type { Limit } from '../../core/admission/schema.ts';
import { itemKeys } from '../../core/tenants/item-keys.ts';
import type { TenantId } from '../../core/tenants/tenant-id.ts';
import { type BenchStore, frozenMs, hour, minute } from './bench-store.ts';
import { type Figures, median, table } from './figures.ts';

const leastRatio = 0.8;
const atOnce = 32;
/** As many a second as one partition of DynamoDB writes; no run here uses them up. */
const roomy = [minute(60_000), hour(1_000_000)];

/**
 * Where requests come faster than permits come back, every one finds its buckets in use. A load a little under the
 * limit is the worst case: the bucket turns idle and back between two requests of the same moment, and some have to
 * ask twice.
 */
const cases = [
  { name: '1 item', items: 1, nowMs: () => frozenMs, judged: true },
  { name: '50 items', items: 50, nowMs: () => frozenMs, judged: true },
  { name: '1 item, load under the limit', items: 1, nowMs: () => Date.now(), judged: false },
];

type Call = (n: number) => Promise<unknown>;
interface Round {
  readonly perSecond: number;
  readonly cpuMs: number;
  readonly calls: number;
}

/**
 * Admissions a second beside bare conditional writes to items of the same size through the same client, in turns; and the
 * calls that an admission costs, as a middleware of the client counts them.
 */
export async function throughput(store: BenchStore, short: boolean): Promise<Figures> {
  const broken: string[] = [];
  const documents = store.client();
  const counted = countCalls(documents);
  const admission = createDynamoAdmission({
    tables: () => documents,
    tableName: store.tableName,
    deadlineMs: 20_000,
  });
  const tenantsOf = (count: number) => Promise.all(Array.from({ length: count }, () => store.newTenant()));
  const admit = (tenants: readonly TenantId[], nowMs: () => number) => async (n: number) => {
    const { admitted } = await admission.admit(pick(tenants, n), roomy, nowMs());
    if (!admitted) throw new Error('a request was refused that there was room for');
  };

  const rows: string[][] = [];
  for (const { name, items, nowMs, judged } of cases) {
    // Twins: what one side writes, the other does not wait for.
    const [ours, bare] = [await tenantsOf(items), await tenantsOf(items)];
    for (const tenant of bare) await admission.admit(tenant, roomy, nowMs());
    const sides = { ours: admit(ours, nowMs), bare: bareWrite(documents, store.tableName, bare) };
    const taken = await inTurns(sides, counted, short ? { rounds: 2, size: 100 } : { rounds: 20, size: 500 });
    const ratio = median(
      taken.ours.map(({ perSecond }, round) => perSecond / (taken.bare[round]?.perSecond ?? Number.NaN)),
    );
    const kept = ratio >= leastRatio;
    if (judged && !short && !kept) broken.push(`${name}: ratio ${ratio.toFixed(3)}, promised ${leastRatio}`);
    for (const [side, words] of [
      ['ours', 'admission'] as const,
      ['bare', 'bare conditional write'] as const,
    ]) {
      const of = (figure: keyof Round) => median(taken[side].map((round) => round[figure]));
      rows.push([
        `${name}: ${words}`,
        of('perSecond').toFixed(0),
        of('cpuMs').toFixed(3),
        of('calls').toFixed(3),
        side === 'ours' ? ratio.toFixed(3) : '',
      ]);
    }
  }
  const head = ['', 'a second', 'CPU ms each', 'calls each', 'ratio'];
  const calls = await callsOfEach(store, counted, admission, broken);
  const words = short
    ? 'The short form is too short to judge the ratio.'
    : `Promised of the first two: ratio >= ${leastRatio}, the median of pairs of rounds.`;
  return { lines: [...table(head, rows), words, '', ...calls], broken };
}

/** What each kind of answer costs, one after the other. */
async function callsOfEach(
  store: BenchStore,
  counted: () => number,
  admission: Admission & Settlement,
  broken: string[],
): Promise<string[]> {
  const tenant = await store.newTenant();
  const limits: Limit[] = [minute(2), hour(100)];
  const ask = async (nowMs: number) => {
    const before = counted();
    const { admitted } = await admission.admit(tenant, limits, nowMs);
    return { admitted, calls: counted() - before };
  };
  const kinds = [
    {
      name: 'the first that a process sees of a tenant that was idle',
      nowMs: frozenMs,
      admitted: true,
      most: 2,
    },
    { name: 'admitted, buckets in use', nowMs: frozenMs + 1, admitted: true, most: 1 },
    { name: 'refused', nowMs: frozenMs + 2, admitted: false, most: 1 },
    { name: 'admitted, buckets idle again', nowMs: frozenMs + 7_200_000, admitted: true, most: 1 },
  ];
  const rows: string[][] = [];
  for (const { name, nowMs, admitted, most } of kinds) {
    const asked = await ask(nowMs);
    if (asked.admitted !== admitted || asked.calls > most) broken.push(`${name}: ${JSON.stringify(asked)}`);
    rows.push([name, String(asked.calls), asked.admitted ? '1' : '0']);
  }
  rows.push(...(await callsWithBudget(store, counted, admission, broken)));
  return table(['calls of an answer, one after the other', 'calls', 'items written'], rows);
}

/** With a budget: one write that decides and reserves, and after the answer one transaction of two. */
async function callsWithBudget(
  store: BenchStore,
  counted: () => number,
  admission: Admission & Settlement,
  broken: string[],
): Promise<string[][]> {
  const tenant = await store.newTenant();
  const limits = [minute(100), hour(1_000)];
  const budgets = { tokensPerMinute: 100_000, costMicroUsdPerDay: 1_000_000, maxConcurrent: 10 };
  const used = { promptTokens: 500, completionTokens: 100, costMicroUsd: 90 };
  const rows: string[][] = [];
  // Each changes what the process has seen of the tenant: what meets another state than it has seen tries twice.
  const kinds = [
    { name: 'the first', nowMs: frozenMs, most: 3 },
    { name: 'the next at once', nowMs: frozenMs, most: 2 },
    { name: '10 s later', nowMs: frozenMs + 10_000, most: 1 },
  ];
  for (const { name, nowMs, most } of kinds) {
    const before = counted();
    const wish = { id: `msg-${rows.length}`, tokens: 16_384, costMicroUsd: 6_554 };
    const decision = await admission.admit(tenant, limits, nowMs, { budgets, wish });
    const admitted = counted();
    if (!decision.admitted || !decision.reservation) throw new Error('nothing was reserved');
    await admission.settle(tenant, decision.reservation, used, nowMs + 1);
    const [asked, settled] = [admitted - before, counted() - admitted];
    if (asked > most || settled > 2) broken.push(`with budgets, ${name}: ${asked} and ${settled} calls`);
    rows.push([`with budgets, ${name}: admitted and reserved`, String(asked), '1']);
    rows.push([`with budgets, ${name}: settled, one transaction`, String(settled), '2']);
  }
  return rows;
}

/** What a careful person would write by hand for a single bucket. */
function bareWrite(documents: DynamoDBDocumentClient, tableName: string, tenants: readonly TenantId[]): Call {
  return (n) =>
    documents.send(
      new UpdateCommand({
        TableName: tableName,
        Key: itemKeys.admission(pick(tenants, n)),
        UpdateExpression: 'SET tat_minute = tat_minute + :one',
        ConditionExpression: 'attribute_exists(pk) AND tat_minute <= :most',
        ExpressionAttributeValues: { ':one': 1, ':most': Number.MAX_SAFE_INTEGER },
        ReturnValues: 'ALL_NEW',
      }),
    );
}

/** Counts what is sent, repeats of the SDK included. */
function countCalls(documents: DynamoDBDocumentClient): () => number {
  let calls = 0;
  documents.middlewareStack.add(
    (next) => (args) => {
      calls += 1;
      return next(args);
    },
    { step: 'deserialize', name: 'countCalls', priority: 'low' },
  );
  return () => calls;
}

async function inTurns<Side extends string>(
  sides: Readonly<Record<Side, Call>>,
  counted: () => number,
  { rounds, size }: { readonly rounds: number; readonly size: number },
): Promise<Readonly<Record<Side, readonly Round[]>>> {
  const named = Object.entries<Call>(sides) as [Side, Call][];
  const taken = Object.fromEntries(named.map(([side]) => [side, []])) as unknown as Record<Side, Round[]>;
  for (const [, call] of named) await roundOf(call, size, counted);
  for (let round = 0; round < rounds; round += 1) {
    // Who begins changes, since the second of a pair meets what the first has left.
    for (const [side, call] of round % 2 === 0 ? named : named.toReversed()) {
      taken[side].push(await roundOf(call, size, counted));
    }
  }
  return taken;
}

/** `size` calls, `atOnce` of them under way at a time. */
async function roundOf(call: Call, size: number, counted: () => number): Promise<Round> {
  const [begun, cpu, before] = [performance.now(), process.cpuUsage(), counted()];
  let next = 0;
  const lane = async () => {
    while (next < size) {
      next += 1;
      await call(next);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  const { user, system } = process.cpuUsage(cpu);
  return {
    perSecond: (size * 1_000) / (performance.now() - begun),
    cpuMs: (user + system) / 1_000 / size,
    calls: (counted() - before) / size,
  };
}

function pick<T>(list: readonly T[], n: number): T {
  const found = list[n % list.length];
  if (found === undefined) throw new RangeError('the list is empty');
  return found;
}
