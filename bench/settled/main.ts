import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { table } from '../admission/figures.ts';
import { randomFrom } from '../random-from.ts';
import { type CountedEngine, startQuickEngine, startSmallModel } from './counted-engine.ts';
import { brokenIn, head, rowOf } from './judge.ts';
import { type Kind, killAnswers, type Outcome } from './kills.ts';
import { openPlace } from './place.ts';

/**
 * Kills readers and processes at random points of streamed answers, and compares what was charged with what the engine's
 * own counters say. Exits with 1 when a promise did not hold.
 *
 *     node bench/settled/main.ts [--kills 500] [--model-kills 40] [--seed N] [--only connection|cancel|process]
 *       [--max-seconds 900]
 *
 * `--model-kills` are those of the small model's answers; the others are of a quick writer behind the same server.
 */

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '500' },
    'model-kills': { type: 'string', default: '40' },
    seed: { type: 'string' },
    only: { type: 'string' },
    'max-seconds': { type: 'string', default: '900' },
  },
});
const wholeOf = (name: 'kills' | 'model-kills' | 'seed' | 'max-seconds', otherwise = 0) => {
  const value = Number(values[name] ?? otherwise);
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} takes a whole number`);
  return value;
};
const kills = wholeOf('kills');
const modelKills = Math.min(kills, wholeOf('model-kills'));
const seed = wholeOf('seed', Math.floor(Math.random() * 1e9));
const until = Date.now() + wholeOf('max-seconds') * 1_000;
const random = randomFrom(seed);
const say = (line: string) => process.stdout.write(`${line}\n`);

/** A cancel is seen within two seconds and a process takes a second to start, so most kills are of connections. */
const shares: readonly (readonly [Kind, number])[] = [
  ['connection', 0.54],
  ['cancel', 0.3],
  ['process', 0.16],
];
const modelPath =
  process.env.MODEL_PATH ?? join(import.meta.dirname, '../../.cache/models/SmolLM2-135M-Instruct.Q4_1.gguf');

say(`${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown CPU'}, seed ${seed}`);
const place = await openPlace();
const outcomes: Outcome[] = [];

async function killAll(engine: CountedEngine, total: number, lanes: number): Promise<void> {
  try {
    let left = total;
    for (const [kind, share] of shares) {
      const planned = kind === 'process' ? left : Math.round(total * share);
      left -= planned;
      if (planned === 0 || (values.only !== undefined && values.only !== kind)) continue;
      const begun = Date.now();
      outcomes.push(await killAnswers(place, { kind, engine, kills: planned, lanes, until }, random));
      say(`${engine.name}, ${kind}: ${planned} planned, ${Math.round((Date.now() - begun) / 1_000)} s`);
    }
  } finally {
    await engine.stop();
  }
}

try {
  await killAll(await startQuickEngine(random), kills - modelKills, 6);
  if (modelKills > 0) {
    if (!existsSync(modelPath)) throw new Error(`${modelPath} is missing; \`npm run setup\` fetches it.`);
    await killAll(await startSmallModel(place.dir, modelPath), modelKills, 2);
  }
} finally {
  await place.close();
}

say('');
for (const line of table(head, outcomes.map(rowOf))) say(line);
say('What a killed process had produced is charged to nobody: the sweep returns what was reserved for it.');
const broken = outcomes.flatMap(brokenIn);
const done = outcomes.reduce((all, outcome) => all + outcome.kills, 0);
if (values.only === undefined && done < kills)
  broken.push(`only ${done} of ${kills} kills in the time that there was`);
for (const line of broken) say(`BROKEN: ${line}`);
say(broken.length === 0 ? `${done} kills, every promise kept` : `${done} kills, ${broken.length} broken`);
say(`repeat: node bench/settled/main.ts --kills ${kills} --model-kills ${modelKills} --seed ${seed}`);
process.exitCode = broken.length > 0 ? 1 : 0;
