import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { createDynamoAdmission } from '../../core/admission/admission.dynamo.ts';
import { sweepReservations } from '../../core/admission/sweep-reservations.ts';
import { itemKeys } from '../../core/tenants/item-keys.ts';
import { type Askers, startAskers, sum } from './askers.ts';
import { type BenchStore, frozenMs, hour, minute } from './bench-store.ts';
import { warmUp } from './burst.ts';
import { type FaultyProxy, faults } from './faulty-proxy.ts';
import { type Figures, span, table } from './figures.ts';
import { isAll } from './is-all.ts';
import { waits } from './waits.ts';

const processes = 2;
/** Tokens of 60 reservations; the other limits have more room. */
const most = 60;
const limits = [minute(1_000), hour(10_000)];
const wish = { id: 'msg', tokens: 1_000, costMicroUsd: 400 };
const budgets = { tokensPerMinute: most * wish.tokens, costMicroUsdPerDay: 1_000_000, maxConcurrent: 200 };
const used = { promptTokens: 100, completionTokens: 50, costMicroUsd: 60 };
const minutes = 60_000;
const columns = ['told', 'held', 'orphans', 'unsure', 'settled', 'left', 'returned', 'later'] as const;

/**
 * The same with a budget of tokens, reserving and settling through the faults: what is reserved never passes the budget;
 * every settlement counts once; what was reserved for a caller who was never told is given back by the sweep.
 */
export async function reservedUnderFaults(
  store: BenchStore,
  proxy: FaultyProxy,
  short: boolean,
): Promise<Figures> {
  const runs = short ? 1 : 5;
  const broken: string[] = [];
  const found: Record<(typeof columns)[number], number>[] = [];
  const { endpoint } = proxy;
  const { tableName } = store;
  const { requestTimeoutMs, deadlineMs } = waits(short);
  const askers = startAskers(processes, { endpoint, tableName, requestTimeoutMs, deadlineMs });
  try {
    proxy.inject([]);
    await warmUp(store, askers, processes);
    for (let run = 1; run <= runs; run += 1) {
      const { figures, wrong } = await trial(store, proxy, askers, short ? 120 : 500);
      found.push(figures);
      if (wrong.length > 0) broken.push(`with a budget, run ${run}: ${wrong.join('; ')}`);
    }
  } finally {
    await askers.close();
  }
  const head = ['with a budget', 'told admitted', 'reserved in item', 'orphans', 'unsure', 'settled'];
  const spans = columns.map((column) => span(found.map((each) => each[column])));
  const row = [`all in turn, ${runs} runs`, ...spans];
  return { lines: table([...head, 'left open', 'returned by sweep', 'afterwards'], [row]), broken };
}

async function trial(store: BenchStore, proxy: FaultyProxy, askers: Askers, requests: number) {
  const documents = store.client();
  const settlement = createDynamoAdmission({ tables: () => documents, tableName: store.tableName });
  const tenant = await store.newTenant();
  const asking = { tenant, limits, count: requests / processes, budget: { budgets, wish } };

  proxy.inject(faults);
  const told = sum(await askers.ask(() => ({ ...asking, nowMs: frozenMs })));
  await proxy.idle();
  const held = (await settlement.open(tenant)).length;
  const settled = sum(await askers.settle({ tenant, used, nowMs: frozenMs + 5_000 }));
  await proxy.idle();
  proxy.inject([]);

  const left = (await settlement.open(tenant)).length;
  const now = () => frozenMs + 11 * minutes;
  const tenants = (async function* () {
    yield [tenant];
  })();
  const { returned } = await sweepReservations({ tenants, settlement, now });
  const open = (await settlement.open(tenant)).length;
  const usage = await documents.send(
    new GetCommand({
      TableName: store.tableName,
      Key: itemKeys.usage(tenant, new Date(frozenMs).toISOString().slice(0, 10)),
      ConsistentRead: true,
    }),
  );
  const charged = Number(usage.Item?.prompt_tokens ?? 0) / used.promptTokens;
  const later = sum(
    await askers.ask(() => ({ ...asking, nowMs: frozenMs + 12 * minutes, count: 80 / processes })),
  );

  const orphans = held - told.admitted;
  const rules: readonly (readonly [holds: boolean, words: string])[] = [
    [told.admitted <= most && held <= most, `${told.admitted} told, ${held} reserved`],
    [orphans >= 0 && orphans <= told.unsure, `${orphans} orphans, ${told.unsure} unsure`],
    [told.refused === 0 || held === most, `${told.refused} refused with ${held} reserved`],
    [
      charged >= settled.settled && charged <= told.admitted,
      `${charged} charged, ${settled.settled} settled of ${told.admitted}`,
    ],
    [returned === left && open === 0, `${returned} of ${left} returned, ${open} left`],
    [isAll(later, most), `${later.admitted} admitted afterwards`],
  ];
  const wrong = rules.filter(([holds]) => !holds).map(([, words]) => words);
  const { admitted, unsure } = told;
  const figures = { told: admitted, held, orphans, unsure, settled: settled.settled, left, returned };
  return { figures: { ...figures, later: later.admitted }, wrong };
}
