/** `node stacks/plan/mistakes/main.ts [name]...`: tries mistakes in the stacks, and says which test sees each. */
import { readMistakes } from './read-mistakes.ts';
import { brokenBy, tryMistakes } from './try-mistakes.ts';

const all = readMistakes();
const names = process.argv.slice(2);
const unknown = names.filter((name) => !all.some((each) => each.name === name));
if (unknown.length > 0) {
  console.error(
    `There is no mistake ${unknown.join(', ')}; there are ${all.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(2);
}
const chosen = all.filter(({ name }) => names.length === 0 || names.includes(name));
let wrong = 0;
await tryMistakes([undefined, ...chosen], (trial) => {
  const expected = chosen.find(({ name }) => name === trial.name)?.expected ?? [];
  const broken = brokenBy(trial);
  const isRight = broken.join('\n') === [...expected].sort().join('\n');
  if (!isRight) wrong += 1;
  const [first] = trial.failures;
  console.log(
    `${isRight ? 'ok    ' : 'WRONG '} ${trial.name} (${(trial.tookMs / 1000).toFixed(0)} s, ${trial.passed} passed)`,
  );
  for (const name of broken) console.log(`         red: ${name}`);
  if (first) console.log(`         ${first.stage}: ${first.message}`);
  if (!isRight) console.log(`         expected: ${expected.join('; ') || 'nothing red'}`);
});
console.log(`${chosen.length + 1 - wrong} as expected, ${wrong} not`);
process.exitCode = wrong > 0 ? 1 : 0;
