import { expect, test } from 'vitest';
import { errorText } from './error-text.ts';

test('an error of a stage is its message, with all its lines and without its stack', () => {
  const output = `file:///x/run.mjs:956
  throw new Error(\`The installation is incomplete.
        ^

Error: The installation is incomplete.
  ATRIUM_DOMAIN is missing
  AWS_REGION must match /x/
    at readInstallation (file:///x/run.mjs:956:31)
    at run (file:///x/run.mjs:9440:25)

Node.js v24`;
  expect(errorText(output)).toBe(
    'The installation is incomplete.\n  ATRIUM_DOMAIN is missing\n  AWS_REGION must match /x/',
  );
});

test('of an error inside a command, the inner one is told', () => {
  const output = `node:internal/errors:986

Error: Command failed: node app.mjs
x:41

Error: There is no stage "qa".
    at settingsOf (x:41:11)`;
  expect(errorText(output)).toBe('There is no stage "qa".');
});

test('what is no error of JavaScript is told by its end', () => {
  expect(errorText('a\nKilled\n')).toBe('a\nKilled');
  expect(errorText('')).toBe('it ended without a word');
});

test('a mistake in the code is told with the function that it is in', () => {
  expect(
    errorText("TypeError: Cannot read 'name'\n    at createFront (file:///x/run.mjs:1:2)\n    at run (x)"),
  ).toBe("TypeError: Cannot read 'name' (in createFront)");
});
