import { parseArgs } from 'node:util';
import { randomFrom } from '../../bench/random-from.ts';
import { listed, rulesEvaded } from './evasions.ts';
import { generatedEvasions } from './generated-evasions.ts';
import { heldOut } from './held-out.ts';
import { judgeHarmlessAnswers, judgePersonalData } from './judge-answers.ts';
import { judgeEvasions, judgeLimits, judgeNearMisses } from './judge-questions.ts';
import type { Judged } from './judged.ts';

/**
 * Puts the labelled questions before the screen and the labelled answers through the gate, and prints what became of them:
 * by group, with every text that went wrong. Exits with 1 when one did.
 *
 *     node eval/guardrails/run.ts [--seed 1] [--generated 2000]
 */
const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, generated: { type: 'string', default: '2000' } },
});

/** Invisible characters as escapes, so that a reader sees what was asked. */
const readable = (text: string) =>
  text.replace(/[\p{Cf}\p{Cc}\p{Zl}\p{Zp}\p{M}\u3164\u115f\u1160]/gu, (found) => {
    const code = found.codePointAt(0)?.toString(16);
    return `\\u{${code}}`;
  });

function print(title: string, verb: string, judged: readonly Judged[]): number {
  console.log(`\n${title}`);
  for (const [group, members] of Map.groupBy(judged, (one) => one.group)) {
    const wrong = members.filter(({ right }) => !right);
    console.log(`  ${group.padEnd(62)}${`${members.length - wrong.length}/${members.length}`.padStart(8)}`);
    for (const { text } of wrong) console.log(`      ✗ ${readable(text)}`);
  }
  const right = judged.filter((one) => one.right).length;
  console.log(`  ${verb.padEnd(62)}${`${right}/${judged.length}`.padStart(8)}`);
  return judged.length - right;
}

let wrong = print('evasions that read the same', 'caught', await judgeEvasions());
const generated = generatedEvasions(randomFrom(Number(values.seed)), Number(values.generated));
wrong += print(`generated evasions, seed ${values.seed}`, 'caught', await judgeEvasions(generated));
const setAside = listed(heldOut.evasions);
wrong += print('evasions, held out', 'caught', await judgeEvasions(setAside, rulesEvaded(setAside)));
wrong += print('harmless questions', 'let through', await judgeNearMisses());
wrong += print('harmless questions, held out', 'let through', await judgeNearMisses(heldOut.nearMisses));
const { judged, exactly, all } = judgePersonalData();
wrong += print('answers with personal data, in four splits', 'kept back', judged);
console.log(`  ${'of which with every other character shown'.padEnd(62)}${`${exactly}/${all}`.padStart(8)}`);
wrong += print('harmless answers, in four splits', 'unchanged', judgeHarmlessAnswers());

console.log('\nnot promised, so not counted');
for (const { text, refused, why } of await judgeLimits()) {
  console.log(`  ${refused ? 'refused' : 'passes '}  ${readable(text)} (${why})`);
}
console.log(wrong === 0 ? '\nevery label kept' : `\n${wrong} went wrong`);
process.exitCode = wrong > 0 ? 1 : 0;
