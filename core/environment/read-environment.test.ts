import { expect, test } from 'vitest';
import { z } from 'zod';
import { readEnvironment } from './read-environment.ts';

const schema = z.object({ TABLE_NAME: z.string(), PORT: z.coerce.number().default(80) });

test('what is there is read, and the rest has its defaults', () => {
  expect(readEnvironment(schema, { TABLE_NAME: 'atrium', OTHER: 'x' })).toEqual({
    TABLE_NAME: 'atrium',
    PORT: 80,
  });
});

test('every variable that is missing, empty or wrong is named, and no value is', () => {
  const read = () => readEnvironment(schema, { TABLE_NAME: '', PORT: 'secret' });
  expect(read).toThrow(/TABLE_NAME.*PORT/s);
  expect(read).not.toThrow(/secret/);
});
