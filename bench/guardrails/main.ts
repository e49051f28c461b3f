import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import type { Figures } from '../admission/figures.ts';
import { benchHolding } from './holding.ts';
import { benchNeighbour } from './neighbour.ts';
import { benchRedacting } from './redacting.ts';
import { benchScreening } from './screening.ts';

/**
 * What the guardrails cost: CPU of screening a question and of redacting an answer, tokens that are held back, and what a
 * hostile tenant changes for another one. Exits with 1 when a target is missed.
 *
 *     node bench/guardrails/main.ts [--only screening|redacting|holding|neighbour] [--rounds 31]
 */
const { values } = parseArgs({
  options: { only: { type: 'string' }, rounds: { type: 'string', default: '31' } },
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a whole number');

const turns = { rounds, roundMs: 40 };
const benches: Readonly<Record<string, () => Figures | Promise<Figures>>> = {
  screening: () => benchScreening(turns),
  redacting: () => benchRedacting(turns),
  holding: benchHolding,
  neighbour: benchNeighbour,
};
const { only } = values;
if (only !== undefined && !Object.hasOwn(benches, only))
  throw new Error(`--only takes ${Object.keys(benches).join(', ')}`);

process.stdout.write(
  `${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown CPU'}, ${rounds} rounds\n`,
);
const broken: string[] = [];
for (const [name, bench] of Object.entries(benches)) {
  if (only !== undefined && only !== name) continue;
  const figures = await bench();
  process.stdout.write(`\n${figures.lines.join('\n')}\n`);
  broken.push(...figures.broken);
}
process.stdout.write('\n');
for (const line of broken) process.stdout.write(`MISSED: ${line}\n`);
process.stdout.write(broken.length === 0 ? 'every target met\n' : `${broken.length} missed\n`);
process.exitCode = broken.length > 0 ? 1 : 0;
