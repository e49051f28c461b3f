import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { vouchForTenant } from '../tenants/tenant-id.ts';
import type { KeptQuery, RecentQueries } from './recent-queries.ts';

export interface RecentQueriesUnderTest {
  /** Another instance on the same questions, as another process would have. */
  instance(): RecentQueries;
  close(): Promise<void>;
}

const hourMs = 3_600_000;

/** What every `RecentQueries` promises, whatever holds the questions. */
export function recentQueriesContract(name: string, open: () => Promise<RecentQueriesUnderTest>): void {
  describe(`recent questions on ${name}`, () => {
    const noon = Math.floor(Date.now() / 1_000) * 1_000;
    let under: RecentQueriesUnderTest;
    let tenants = 0;
    const newTenant = () => vouchForTenant(`q${++tenants}-${Math.random().toString(36).slice(2)}`);
    const asked = (messageId: string, atMs: number, query = `What is ${messageId}?`): KeptQuery => ({
      atMs,
      messageId,
      query,
      route: 'GENERAL',
      decidedBy: 'admitted',
    });

    beforeAll(async () => {
      under = await open();
    });
    afterAll(() => under?.close());

    it('are read by another process as they were kept, the newest first', async () => {
      const tenant = newTenant();
      const all = [
        asked('msg_a', noon - 5_000, 'Who?\n\u{1f511} «Warum?» \u0000 🇩🇪'),
        { ...asked('msg_b', noon - 3_000), route: 'NONE', decidedBy: 'refusal_rule:0' },
        asked('msg_c', noon - 4_000, 'x'.repeat(2_000)),
      ];
      for (const query of all) await under.instance().keep(tenant, query, 1);
      expect(await under.instance().since(tenant, 0, noon, 10)).toEqual({
        queries: [all[1], all[2], all[0]],
        more: false,
      });
    });

    it('are of one tenant, whatever the beginning of its name', async () => {
      const tenant = newTenant();
      await under.instance().keep(tenant, asked('msg_a', noon), 1);
      for (const other of [newTenant(), vouchForTenant(`${tenant}0`), vouchForTenant(tenant.slice(0, -1))]) {
        expect((await under.instance().since(other, 0, noon, 10)).queries).toEqual([]);
      }
    });

    it('are once there, however often one is kept', async () => {
      const tenant = newTenant();
      for (let n = 0; n < 3; n++) await under.instance().keep(tenant, asked('msg_a', noon), 1);
      expect((await under.instance().since(tenant, 0, noon, 10)).queries).toHaveLength(1);
    });

    it('are all kept of those that come in one moment', async () => {
      const tenant = newTenant();
      for (const id of ['msg_a', 'msg_b']) await under.instance().keep(tenant, asked(id, noon), 1);
      expect((await under.instance().since(tenant, noon, noon, 10)).queries).toHaveLength(2);
    });

    it('are read from a moment to a moment, both included', async () => {
      const tenant = newTenant();
      for (const n of [0, 1, 2, 3]) await under.instance().keep(tenant, asked(`msg_${n}`, noon + n), 1);
      const { queries } = await under.instance().since(tenant, noon + 1, noon + 2, 10);
      expect(queries.map(({ messageId }) => messageId)).toEqual(['msg_2', 'msg_1']);
    });

    it('are not read any more when their time is over, whether or not they were cleaned away', async () => {
      const tenant = newTenant();
      await under.instance().keep(tenant, asked('msg_a', noon - 2 * hourMs), 2);
      await under.instance().keep(tenant, asked('msg_b', noon - hourMs), 2);
      const at = async (ms: number) =>
        (await under.instance().since(tenant, 0, ms, 10)).queries.map(({ messageId }) => messageId);
      expect(await at(noon - 1_000)).toEqual(['msg_b', 'msg_a']);
      expect(await at(noon)).toEqual(['msg_b']);
      expect(await at(noon + hourMs)).toEqual([]);
    });

    it('are read up to a limit, the newest, and whether there are more is told', async () => {
      const tenant = newTenant();
      // The newest of all are over: they take no place.
      for (const n of [7, 8, 9]) await under.instance().keep(tenant, asked(`msg_${n}`, noon + n), 0);
      for (const n of [1, 2, 3, 4]) await under.instance().keep(tenant, asked(`msg_${n}`, noon + n), 1);
      const nowMs = noon + 1_000;
      const ids = async (limit: number) => {
        const { queries, more } = await under.instance().since(tenant, 0, nowMs, limit);
        return [queries.map(({ messageId }) => messageId).join(' '), more];
      };
      expect(await ids(2)).toEqual(['msg_4 msg_3', true]);
      expect(await ids(3)).toEqual(['msg_4 msg_3 msg_2', true]);
      expect(await ids(4)).toEqual(['msg_4 msg_3 msg_2 msg_1', false]);
    });
  });
}
