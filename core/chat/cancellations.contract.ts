import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { vouchForTenant } from '../tenants/tenant-id.ts';
import type { Cancellations } from './cancellations.ts';

export interface CancellationsUnderTest {
  /** Another instance on the same wishes, as another process would have. */
  instance(): Cancellations;
  close(): Promise<void>;
}

/** What every `Cancellations` promises, whatever holds the wishes. */
export function cancellationsContract(name: string, open: () => Promise<CancellationsUnderTest>): void {
  describe(`wishes to end an answer, on ${name}`, () => {
    const [t1, t2] = [vouchForTenant('c1'), vouchForTenant('c2')];
    let under: CancellationsUnderTest;
    let messages = 0;
    const newMessage = () => `msg_${++messages}-${Math.random().toString(36).slice(2)}`;

    beforeAll(async () => {
      under = await open();
    });
    afterAll(() => under?.close());

    it('are seen at once by another process, and asking again changes nothing', async () => {
      const message = newMessage();
      expect(await under.instance().isAsked(t1, message, 'jwt:ann')).toBe(false);
      for (let n = 0; n < 2; n += 1) await under.instance().ask(t1, message, 'jwt:ann', Date.now());
      expect(await under.instance().isAsked(t1, message, 'jwt:ann')).toBe(true);
    });

    it('are of one asker, one message and one tenant', async () => {
      const message = newMessage();
      await under.instance().ask(t1, message, 'jwt:ann', Date.now());
      for (const other of ['jwt:bob', 'key:ann', 'jwt:ann ', 'jwt:', '']) {
        expect(await under.instance().isAsked(t1, message, other)).toBe(false);
      }
      expect(await under.instance().isAsked(t1, newMessage(), 'jwt:ann')).toBe(false);
      expect(await under.instance().isAsked(t2, message, 'jwt:ann')).toBe(false);
    });

    it('are not taken back by somebody else who has the same wish', async () => {
      const message = newMessage();
      await under.instance().ask(t1, message, 'jwt:ann', Date.now());
      await under.instance().ask(t1, message, 'jwt:bob', Date.now());
      expect(await under.instance().isAsked(t1, message, 'jwt:ann')).toBe(true);
      expect(await under.instance().isAsked(t1, message, 'jwt:bob')).toBe(true);
    });

    it('take askers of any name', async () => {
      const names = ['x'.repeat(5_000), '__proto__', '#', 'ü\u{1f511}', ''];
      const message = newMessage();
      for (const asker of names) {
        expect(await under.instance().isAsked(t1, message, asker)).toBe(false);
        await under.instance().ask(t1, message, asker, Date.now());
        expect(await under.instance().isAsked(t1, message, asker)).toBe(true);
      }
    });
  });
}
