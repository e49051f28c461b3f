import { expect, test } from 'vitest';
import { describeError } from './describe-error.ts';

test('an error is told with what caused it', () => {
  const denied = new TypeError('not authorized to perform: sts:AssumeRole');
  const error = new Error('cannot be read', { cause: new Error('no session', { cause: denied }) });
  expect(describeError(error)).toMatchObject({
    text: 'cannot be read',
    cause: { text: 'no session', cause: { name: 'TypeError', text: denied.message, stack: denied.stack } },
  });
  expect(describeError('thrown text')).toEqual({ text: 'thrown text' });
});

test('errors that caused each other are told, too', () => {
  const error = new Error('one');
  error.cause = new Error('two', { cause: error });
  expect(JSON.stringify(describeError(error)).length).toBeLessThan(20_000);
});
