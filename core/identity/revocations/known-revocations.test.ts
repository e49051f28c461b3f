import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type TenantId, vouchForTenant } from '../../tenants/tenant-id.ts';
import { createKnownRevocations } from './known-revocations.ts';
import { nothingRevoked, type Revocations } from './revocations.ts';

const [t1, t2] = [vouchForTenant('t1'), vouchForTenant('t2')];
const revoked = (...ids: string[]): Revocations => ({
  issuedBeforeS: 0,
  tokens: ids.map((id) => ({ id, untilS: 1 })),
});
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A store whose reads see what there is when they begin, and end when the test says so. */
function setUp(options: { maxTenants?: number; maxTokens?: number } = {}) {
  const stored = new Map<TenantId, Revocations>();
  const reads: { tenant: TenantId; end: () => void; fail: () => void }[] = [];
  const known = createKnownRevocations({
    ...options,
    store: {
      get(tenant) {
        const { promise, resolve, reject } = Promise.withResolvers<Revocations>();
        const seen = stored.get(tenant) ?? nothingRevoked;
        reads.push({ tenant, end: () => resolve(seen), fail: () => reject(new Error('away')) });
        return promise;
      },
    },
  });
  const end = (n: number) => reads[n]?.end();
  return { known, stored, reads, end };
}

describe('at an epoch', () => {
  it('0 nothing was ever revoked: nobody is asked', async () => {
    const { known, reads } = setUp();
    expect(await known.at(t1, 0)).toEqual(nothingRevoked);
    expect(known.known(t1)).toBeUndefined();
    expect(reads).toHaveLength(0);
  });

  it('that is news the store is asked once for all who wait, and not again for it or older ones', async () => {
    const { known, stored, reads, end } = setUp();
    stored.set(t1, revoked('a'));
    const waiting = [known.at(t1, 3), known.at(t1, 3), known.at(t1, 2)];
    expect(reads).toHaveLength(1);
    end(0);
    expect(await Promise.all(waiting)).toEqual([revoked('a'), revoked('a'), revoked('a')]);
    for (const epoch of [0, 1, 2, 3]) expect(await known.at(t1, epoch)).toEqual(revoked('a'));
    expect(known.known(t1)).toEqual(revoked('a'));
    expect(reads).toHaveLength(1);
    void known.at(t1, 4);
    expect(reads).toHaveLength(2);
  });

  it('a read that began before the epoch was reported is not taken for it', async () => {
    const { known, stored, reads, end } = setUp();
    stored.set(t1, revoked('a'));
    const older = known.at(t1, 1);
    stored.set(t1, revoked('a', 'b'));
    const newer = known.at(t1, 2);
    expect(reads).toHaveLength(2);
    end(0);
    expect(await older).toEqual(revoked('a'));
    // What the older read brought does not stand for the newer epoch either.
    const another = known.at(t1, 2);
    end(1);
    expect([await newer, await another]).toEqual([revoked('a', 'b'), revoked('a', 'b')]);
    expect(reads).toHaveLength(2);
  });

  it('a read that ends late does not bring back what a later one has replaced', async () => {
    const { known, stored, end } = setUp();
    const older = known.at(t1, 1);
    stored.set(t1, revoked('b'));
    const newer = known.at(t1, 2);
    end(1);
    expect(await newer).toEqual(revoked('b'));
    end(0);
    expect(await older).toEqual(revoked('b'));
    expect(known.known(t1)).toEqual(revoked('b'));
    expect(await known.at(t1, 2)).toEqual(revoked('b'));
  });

  it('a store that does not answer fails all who wait, and the next one asks again', async () => {
    const { known, stored, reads, end } = setUp();
    const waiting = [known.at(t1, 1), known.at(t1, 1)];
    reads[0]?.fail();
    expect((await Promise.allSettled(waiting)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(known.known(t1)).toBeUndefined();
    stored.set(t1, revoked('a'));
    const next = known.at(t1, 1);
    end(1);
    expect(await next).toEqual(revoked('a'));
  });

  it('a failed read leaves what is known, but not for the epoch that is news', async () => {
    const { known, stored, reads, end } = setUp();
    stored.set(t1, revoked('a'));
    const first = known.at(t1, 1);
    end(0);
    await first;
    const failing = known.at(t1, 2);
    reads[1]?.fail();
    await expect(failing).rejects.toThrow('away');
    expect(await known.at(t1, 1)).toEqual(revoked('a'));
    const again = known.at(t1, 2);
    expect(reads).toHaveLength(3);
    end(2);
    await again;
  });

  it("one tenant's revocations are not another's", async () => {
    const { known, stored, reads, end } = setUp();
    stored.set(t1, revoked('a'));
    const [one, other] = [known.at(t1, 1), known.at(t2, 1)];
    expect(reads.map(({ tenant }) => tenant)).toEqual([t1, t2]);
    end(0);
    end(1);
    expect([await one, await other]).toEqual([revoked('a'), nothingRevoked]);
    expect([known.known(t1), known.known(t2)]).toEqual([revoked('a'), nothingRevoked]);
  });
});

describe('now', () => {
  it('is read every time, and what it brings is known', async () => {
    const { known, stored, reads, end } = setUp();
    for (const n of [0, 1]) {
      stored.set(t1, revoked(`a${n}`));
      const asked = known.now(t1);
      end(n);
      expect(await asked).toEqual(revoked(`a${n}`));
      expect(known.known(t1)).toEqual(revoked(`a${n}`));
    }
    expect(reads).toHaveLength(2);
    // Admission has not told of this epoch yet when the reads began.
    const asked = known.at(t1, 1);
    expect(reads).toHaveLength(3);
    end(2);
    await asked;
  });

  it('is never answered by a read that had begun before, and those who wait share the next one', async () => {
    const { known, stored, reads, end } = setUp();
    const first = known.now(t1);
    stored.set(t1, revoked('a'));
    const later = [known.now(t1), known.now(t1), known.now(t1)];
    await turn();
    expect(reads).toHaveLength(1);
    end(0);
    expect(await first).toEqual(nothingRevoked);
    await turn();
    expect(reads).toHaveLength(2);
    stored.set(t1, revoked('a', 'b'));
    const last = known.now(t1);
    end(1);
    expect(await Promise.all(later)).toEqual([revoked('a'), revoked('a'), revoked('a')]);
    await turn();
    end(2);
    expect(await last).toEqual(revoked('a', 'b'));
    expect(reads).toHaveLength(3);
  });

  it('goes on after a read that failed', async () => {
    const { known, reads, end } = setUp();
    const [first, second] = [known.now(t1), known.now(t1)];
    reads[0]?.fail();
    await expect(first).rejects.toThrow('away');
    await turn();
    end(1);
    expect(await second).toEqual(nothingRevoked);
    const third = known.now(t1);
    end(2);
    await third;
    expect(reads).toHaveLength(3);
  });
});

it('memory is bounded by tenants and by entries; who is forgotten is read again', async () => {
  const { known, stored, reads, end } = setUp({ maxTenants: 3, maxTokens: 10 });
  const read = async (tenant: TenantId) => {
    const asked = known.at(tenant, 1);
    end(reads.length - 1);
    await asked;
  };
  const tenants = Array.from({ length: 5 }, (_, n) => vouchForTenant(`m${n}`));
  for (const tenant of tenants) await read(tenant);
  expect(tenants.map((tenant) => known.known(tenant) !== undefined)).toEqual([
    false,
    false,
    true,
    true,
    true,
  ]);
  stored.set(t1, revoked(...Array.from({ length: 9 }, (_, n) => `${n}`)));
  await read(t1);
  await read(t2);
  stored.set(tenants[0] ?? t1, revoked('a', 'b', 'c', 'd'));
  await read(tenants[0] ?? t1);
  expect(known.known(t1)).toBeUndefined();
  await read(t1);
  expect(reads).toHaveLength(9);
});

it('whatever happens in whatever order, nobody is told less than had been revoked', async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constantFrom('revoke', 'at', 'now') }),
    fc.record({ kind: fc.constantFrom('end', 'fail'), which: fc.nat(5) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { known, stored, reads } = setUp({ maxTenants: 2 });
      const ended = new Set<number>();
      const answers: Promise<void>[] = [];
      let epoch = 0;
      const finish = (which: number, how: 'end' | 'fail') => {
        const open = reads.map((_, n) => n).filter((n) => !ended.has(n));
        const chosen = open[which % open.length];
        if (chosen === undefined) return;
        ended.add(chosen);
        reads[chosen]?.[how]();
      };
      for (const each of steps) {
        if (each.kind === 'revoke') {
          epoch += 1;
          stored.set(t1, revoked(...Array.from({ length: epoch }, (_, n) => `${n}`)));
        } else if ('which' in each) {
          finish(each.which, each.kind === 'end' ? 'end' : 'fail');
        } else {
          const due = epoch;
          const asked = each.kind === 'at' ? known.at(t1, due) : known.now(t1);
          answers.push(
            asked.then(
              ({ tokens }) => expect(tokens.length).toBeGreaterThanOrEqual(due),
              (error) => expect(String(error)).toContain('away'),
            ),
          );
        }
        await turn();
      }
      while (ended.size < reads.length) {
        finish(0, 'end');
        await turn();
      }
      await Promise.all(answers);
    }),
  );
});
