import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { openBenchStore } from './bench-store.ts';
import { burst } from './burst.ts';
import { faults } from './faults.ts';
import { skew } from './skew.ts';
import { throughput } from './throughput.ts';

/**
 * What admission promises, measured on DynamoDB Local. Exits with 1 when a promise did not hold.
 *
 *     node bench/admission/main.ts [--only burst|faults|throughput|skew] [--short]
 */

const pieces = {
  burst: { run: burst, title: '500 requests at once, 60 a minute, the clock standing still' },
  faults: { run: faults, title: 'the same, while every third call to DynamoDB goes wrong' },
  throughput: { run: throughput, title: 'admissions beside bare conditional writes' },
  skew: { run: skew, title: 'two processes whose clocks differ, 60 a minute' },
};
type Piece = keyof typeof pieces;
const isPiece = (name: string): name is Piece => Object.hasOwn(pieces, name);

process.env.AWS_ACCESS_KEY_ID ??= 'test';
process.env.AWS_SECRET_ACCESS_KEY ??= 'test';

const { values } = parseArgs({
  options: { only: { type: 'string' }, short: { type: 'boolean', default: false } },
});
const { only, short } = values;
if (only !== undefined && !isPiece(only)) {
  throw new Error(`--only takes one of ${Object.keys(pieces).join(', ')}, not ${only}`);
}
const chosen = only ? [only] : (Object.keys(pieces) as Piece[]);

const say = (line: string) => process.stdout.write(`${line}\n`);
say(
  `${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown CPU'}${short ? ', short form' : ''}`,
);
const store = await openBenchStore();
try {
  for (const name of chosen) {
    const { run, title } = pieces[name];
    const { lines, broken } = await run(store, short);
    say(`\n== ${title}    npm run bench:admission -- --only ${name}`);
    for (const line of lines) say(line);
    for (const line of broken) say(`BROKEN: ${line}`);
    say(broken.length === 0 ? 'kept' : `${broken.length} broken`);
    if (broken.length > 0) process.exitCode = 1;
  }
} finally {
  await store.close();
}
say('\nThe arithmetic, on random schedules:    npx vitest run --project unit core/admission');
