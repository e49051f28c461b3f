import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PreludeSplitter } from './prelude.ts';

const prelude = { statusCode: 201, headers: { 'x-a': 'é' }, cookies: ['a=1'] };
const message = (body: Buffer) =>
  Buffer.concat([Buffer.from(JSON.stringify(prelude)), Buffer.alloc(8), body]);

test('prelude and body come apart wherever the stream is cut', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), fc.array(fc.nat(200), { maxLength: 8 }), (bytes, cuts) => {
      const whole = message(Buffer.from(bytes));
      const at = [0, ...cuts.map((cut) => Math.min(cut, whole.length)).sort((a, b) => a - b), whole.length];
      const splitter = new PreludeSplitter();
      const preludes: unknown[] = [];
      const bodies: Buffer[] = [];
      for (let i = 1; i < at.length; i++) {
        const told = splitter.push(whole.subarray(at[i - 1], at[i]));
        if (told.prelude) preludes.push(told.prelude);
        if (told.body) bodies.push(told.body);
      }
      expect(preludes).toEqual([prelude]);
      expect(Buffer.concat(bodies)).toEqual(Buffer.from(bytes));
    }),
  );
});

test('a body that holds eight NULs is left alone', () => {
  const body = Buffer.concat([Buffer.from('a'), Buffer.alloc(16), Buffer.from('b')]);
  expect(new PreludeSplitter().push(message(body))).toEqual({ prelude, body });
});

test('a prelude without end, or that is no object, is an error', () => {
  expect(() => new PreludeSplitter().push(Buffer.alloc(70_000, 32))).toThrow(RangeError);
  expect(() => new PreludeSplitter().push(Buffer.from('1\0\0\0\0\0\0\0\0'))).toThrow(SyntaxError);
  expect(() => new PreludeSplitter().push(Buffer.from('{\0\0\0\0\0\0\0\0'))).toThrow(SyntaxError);
});
