import { expect, it, vi } from 'vitest';
import { tenantConfigSchema } from '../tenants/schema.ts';
import { vouchForTenant } from '../tenants/tenant-id.ts';
import { createQueryKeeper, type QueryKeeperParts } from './keep-query.ts';
import { createMemoryRecentQueries } from './recent-queries.memory.ts';

const t1 = vouchForTenant('t1');
const noon = Date.parse('2026-01-31T12:00:00Z');
const hourMs = 3_600_000;
const keeping = (keep_queries_hours?: number) =>
  tenantConfigSchema.parse({
    tenant_id: 't1',
    ...(keep_queries_hours !== undefined && { keep_queries_hours }),
  });
const asked = (query: string) => ({
  atMs: noon,
  messageId: 'msg_1',
  query,
  route: 'GENERAL',
  decidedBy: 'admitted',
});

function setUp(parts: Partial<QueryKeeperParts> = {}) {
  const queries = createMemoryRecentQueries();
  const logged: unknown[][] = [];
  const keep = createQueryKeeper({
    queries,
    redact: (query) => query.replaceAll('4111 1111 1111 1111', '[payment card]'),
    log: (...line) => logged.push(line),
    ...parts,
  });
  const kept = async (nowMs = noon) => (await queries.since(t1, 0, nowMs, 10)).queries;
  return { keep, kept, logged };
}

it('a question is kept masked, with what became of it, for as long as its tenant says', async () => {
  const { keep, kept } = setUp();
  await keep(t1, keeping(2), asked('Is 4111 1111 1111 1111 mine?'));
  expect(await kept()).toEqual([asked('Is [payment card] mine?')]);
  expect(await kept(noon + 2 * hourMs)).toEqual([]);
});

it.each([undefined, 0])(
  'a question is not kept, nor read, where its tenant keeps none (%s)',
  async (hours) => {
    const redact = vi.fn();
    const { keep, kept } = setUp({ redact });
    await keep(t1, keeping(hours), asked('Why?'));
    expect(await kept()).toEqual([]);
    expect(redact).not.toHaveBeenCalled();
  },
);

it('a long question is cut when it is masked, never within what would have been masked, nor within a character', async () => {
  const { keep, kept } = setUp();
  await keep(t1, keeping(1), asked(`${'x'.repeat(1_990)} 4111 1111 1111 1111`));
  expect((await kept())[0]?.query).toBe(`${'x'.repeat(1_990)} [payment `);
  await keep(t1, keeping(1), asked(`${'x'.repeat(1_999)}\u{1f511}`));
  expect((await kept())[0]?.query).toBe('x'.repeat(1_999));
});

it('what cannot be masked is not kept, and told to the log without the question', async () => {
  const redact = () => {
    throw new Error('no gate');
  };
  const { keep, kept, logged } = setUp({ redact });
  await keep(t1, keeping(1), asked('my secret'));
  expect(await kept()).toEqual([]);
  expect(logged).toEqual([['a question is not kept', new Error('no gate')]]);
});

it('a table that fails or hangs is told to the log alone, after a second at most', async () => {
  vi.useFakeTimers();
  try {
    const failing = setUp({ queries: { keep: () => Promise.reject(new Error('away')) } });
    await failing.keep(t1, keeping(1), asked('Why?'));
    expect(failing.logged).toEqual([['a question is not kept', new Error('away')]]);
    const hanging = setUp({ queries: { keep: () => new Promise(() => {}) } });
    const waiting = hanging.keep(t1, keeping(1), asked('Why?'));
    await vi.advanceTimersByTimeAsync(1_000);
    await waiting;
    expect(hanging.logged).toHaveLength(1);
  } finally {
    vi.useRealTimers();
  }
});

it('nobody waits longer for the masking than for the write', async () => {
  vi.useFakeTimers();
  try {
    const { keep, logged } = setUp({ redact: () => new Promise(() => {}) });
    const ended = vi.fn();
    void keep(t1, keeping(2), asked('Why?')).then(ended);
    await vi.advanceTimersByTimeAsync(1_001);
    expect(ended).toHaveBeenCalled();
    expect(logged).toEqual([['a question is not kept', expect.any(Error)]]);
  } finally {
    vi.useRealTimers();
  }
});
