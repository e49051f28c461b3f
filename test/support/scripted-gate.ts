import type { Gated, GatedWhole, GateStream, OutputGate } from '../../core/guardrails/output-gate-types.ts';
import type { RuleRef } from '../../core/guardrails/schema.ts';
import type { Refusal } from '../../core/guardrails/screen.ts';

export const blocking: Refusal = { reason: 'Not here', rule: { kind: 'refusal_rule', index: 3 } };
export const auditing: RuleRef = { kind: 'output', index: 1 };
export const watching: RuleRef = { kind: 'refusal_rule', index: 5 };

/** What may still become one of the words that this gate knows. */
const open = /(?:\d+|[A-Z]+)$/;
const words = /\d{16}|BLOCK|AUDIT|SHADOW/g;

/** A gate that is easy to foresee: masks 16 digits as `[card]`, and ends, audits or only counts at those very words. */
export function scriptedGate(): OutputGate {
  const start = () => {
    const hits = { masked: 0, audited: [] as RuleRef[], shadow: [] as RuleRef[] };
    let held = '';
    let over = false;
    const take = (text: string): Gated => {
      if (over) return { text: '' };
      let shown = '';
      let at = 0;
      for (const { 0: word, index } of text.matchAll(words)) {
        shown += text.slice(at, index);
        at = index + word.length;
        if (word === 'BLOCK') {
          over = true;
          return { text: shown, blocked: blocking };
        }
        if (word === 'AUDIT') hits.audited.push(auditing);
        else if (word === 'SHADOW') hits.shadow.push(watching);
        else hits.masked += 1;
        shown += /\d/.test(word) ? '[card]' : word;
      }
      return { text: shown + text.slice(at) };
    };
    const stream: GateStream = {
      hits,
      get held() {
        return held.length;
      },
      push(text) {
        const all = held + text;
        held = open.exec(all)?.[0] ?? '';
        return take(all.slice(0, all.length - held.length));
      },
      end() {
        const rest = held;
        held = '';
        return take(rest);
      },
      // biome-ignore lint/correctness/useYield: it takes one step
      *pushing(text) {
        return stream.push(text);
      },
      // biome-ignore lint/correctness/useYield: it takes one step
      *ending() {
        return stream.end();
      },
    };
    return stream;
  };
  return {
    open: start,
    whole(text): GatedWhole {
      const stream = start();
      const first = stream.push(text);
      const last: Gated = first.blocked ? { text: '' } : stream.end();
      return {
        text: first.text + last.text,
        ...((first.blocked ?? last.blocked) ? { blocked: blocking } : {}),
        hits: stream.hits,
      };
    },
  };
}
