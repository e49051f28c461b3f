import { compileOutputGate } from '../../core/guardrails/output-gate.ts';
import type { GateStream } from '../../core/guardrails/output-gate-types.ts';
import { personalDataKinds } from '../../core/guardrails/schema.ts';
import { tenantConfigSchema } from '../../core/tenants/schema.ts';
import { harmlessAnswers } from './harmless-answers.ts';
import type { Judged } from './judged.ts';
import { personalData } from './personal-data.ts';

/** A piece of hidden data that is long enough to give it away, in characters. */
const tellingLength = 5;

const gate = compileOutputGate(tenantConfigSchema.parse({ tenant_id: 'labelled' }));

/** Ways in which an answer comes: its pieces, from its whole. */
const splits: Readonly<Record<string, (text: string) => string[]>> = {
  whole: (text) => [text],
  characters: (text) => [...text],
  'UTF-16 units': (text) => text.split(''),
  tokens: (text) => text.match(/\s?[^\s]{1,4}|\s/gu) ?? [],
};

function shown(stream: GateStream, pieces: readonly string[]): string {
  let all = '';
  for (const piece of pieces) all += stream.push(piece).text;
  return all + stream.end().text;
}

/** Answers with personal data by its kind, in all splits: right where no telling piece of it comes out. */
export function judgePersonalData(): { judged: Judged[]; exactly: number; all: number } {
  const judged: Judged[] = [];
  let exactly = 0;
  for (const kind of personalDataKinds) {
    for (const [before, hidden, behind] of personalData[kind]) {
      const text = before + hidden + behind;
      const outs = Object.values(splits).map((split) => shown(gate.open(), split(text)));
      const leaking = outs.find((out) => tellsOf(out, hidden, before + behind));
      judged.push({ group: kind, right: leaking === undefined, text: `${text} → ${leaking}` });
      if (outs.every((out) => maskedExactly(out, before, behind))) exactly += 1;
    }
  }
  return { judged, exactly, all: judged.length };
}

function tellsOf(out: string, hidden: string, around: string): boolean {
  const characters = [...hidden];
  for (let at = 0; at + tellingLength <= characters.length; at += 1) {
    const piece = characters.slice(at, at + tellingLength).join('');
    if (out.includes(piece) && !around.includes(piece)) return true;
  }
  return false;
}

const maskedExactly = (out: string, before: string, behind: string) =>
  out.length >= before.length + behind.length &&
  out.startsWith(before) &&
  out.endsWith(behind) &&
  /^\[[a-z ]+\]$/.test(out.slice(before.length, out.length - behind.length));

/** Harmless answers by what they hold, in all splits: right where every character comes out, and no other. */
export function judgeHarmlessAnswers(): Judged[] {
  return Object.entries(harmlessAnswers).flatMap(([group, texts]) =>
    texts.map((text) => {
      const outs = Object.values(splits).map((split) => shown(gate.open(), split(text)));
      const changed = outs.find((out) => out !== text);
      return { group, right: changed === undefined, text: `${text} → ${changed}` };
    }),
  );
}
