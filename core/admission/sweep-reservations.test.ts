import { expect, it } from 'vitest';
import { type TenantId, vouchForTenant } from '../tenants/tenant-id.ts';
import { AdmissionUnsure, type Settlement } from './admission.ts';
import type { Reservation, Used } from './schema.ts';
import { orphanedAfterMs, sweepReservations } from './sweep-reservations.ts';

const nowMs = Date.parse('2026-03-01T12:00:00Z');
const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(vouchForTenant) as [TenantId, TenantId, TenantId, TenantId];

const reserved = (id: string, ageMs: number): Reservation => ({
  id,
  tokens: 100,
  costMicroUsd: 7,
  atMs: nowMs - ageMs,
  tokenUs: 0,
  day: '2026-03-01',
});
const [old, young] = [orphanedAfterMs + 1, orphanedAfterMs];

async function* groups(...of: (readonly TenantId[] | Error)[]) {
  for (const group of of) {
    if (group instanceof Error) throw group;
    yield group;
  }
}

function settlementOf(
  open: Map<TenantId, Reservation[]>,
  failing: (tenant: TenantId, id?: string) => boolean,
) {
  const settled: [TenantId, string, Used][] = [];
  let [busy, busiest] = [0, 0];
  const settlement: Settlement = {
    async open(tenant) {
      busiest = Math.max(busiest, ++busy);
      await new Promise((done) => setTimeout(done, 5));
      busy--;
      if (failing(tenant)) throw new Error(`no reading of ${tenant}`);
      return [...(open.get(tenant) ?? [])];
    },
    async settle(tenant, { id }, used) {
      if (failing(tenant, id)) throw new AdmissionUnsure(`no writing of ${id}`);
      settled.push([tenant, id, used]);
      const left = open.get(tenant) ?? [];
      open.set(
        tenant,
        left.filter((each) => each.id !== id),
      );
      return id === 'raced' ? 'already' : 'settled';
    },
  };
  return { settlement, settled, busiest: () => busiest };
}
const never = () => false;
const nothing = { promptTokens: 0, completionTokens: 0, costMicroUsd: 0 };

it('gives back what is older than ten minutes, with nothing used, and leaves what may be under way', async () => {
  const open = new Map([
    [a, [reserved('a-old', old), reserved('a-young', young), reserved('a-new', 0)]],
    [c, [reserved('c-old', 86_400_000), reserved('raced', old)]],
  ]);
  const { settlement, settled } = settlementOf(open, never);
  const swept = await sweepReservations({ tenants: groups([a, b], [c]), settlement, now: () => nowMs });
  expect(swept).toEqual({ tenants: 3, returned: 2, already: 1 });
  expect(settled).toEqual([
    [a, 'a-old', nothing],
    [c, 'c-old', nothing],
    [c, 'raced', nothing],
  ]);
  const again = await sweepReservations({ tenants: groups([a, b], [c]), settlement, now: () => nowMs });
  expect(again).toEqual({ tenants: 3, returned: 0, already: 0 });
});

it('looks at the tenants of a group at the same time, and at no others', async () => {
  const { settlement, busiest } = settlementOf(new Map(), never);
  await sweepReservations({ tenants: groups([a, b, c], [d]), settlement, now: () => nowMs });
  expect(busiest()).toBe(3);
});

it('goes on with the others when a tenant cannot be read or written, and says so at the end', async () => {
  const open = new Map([a, b, c, d].map((tenant) => [tenant, [reserved(`${tenant}-old`, old)]]));
  const { settlement, settled } = settlementOf(
    open,
    (tenant, id) => (tenant === a && id === undefined) || id === 'b-old',
  );
  const failure = await sweepReservations({
    tenants: groups([a, b, c], [d]),
    settlement,
    now: () => nowMs,
  }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(AggregateError);
  const { errors, message } = failure as AggregateError;
  expect(errors.map(({ message: words }) => words)).toEqual(['no reading of a', 'no writing of b-old']);
  expect(message).toContain('"returned":2');
  expect(settled.map(([tenant]) => tenant)).toEqual([c, d]);
});

it('looks after the tenants that were listed before the list broke off, and fails', async () => {
  const open = new Map([[a, [reserved('a-old', old)]]]);
  const { settlement, settled } = settlementOf(open, never);
  const tenants = groups([a], new Error('no list'));
  await expect(sweepReservations({ tenants, settlement, now: () => nowMs })).rejects.toMatchObject({
    errors: [{ message: 'no list' }],
  });
  expect(settled).toHaveLength(1);
});
