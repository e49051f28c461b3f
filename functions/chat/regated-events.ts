import type { Compiled } from '../../core/guardrails/compiled.ts';
import { gateEvents } from '../../core/orchestrator/gate-events.ts';
import type { ChatEvent, OrchestratorEvent } from '../../core/orchestrator/schema.ts';

/**
 * What may be shown now of an answer that was given before: rules may have been written since. Where they change nothing
 * it is the same events.
 *
 * @param messageId of the answer
 * @throws {Problem} `unavailable` where the rules cannot be applied, or take too long
 */
export async function regatedEvents(
  kept: readonly ChatEvent[],
  compiled: Pick<Compiled, 'gate'>,
  messageId: string,
): Promise<readonly ChatEvent[]> {
  const asked = kept.filter(({ event }) => event === 'start');
  const usage = kept.find((each) => each.event === 'usage');
  const done = kept.find((each) => each.event === 'done');
  async function* answered(): AsyncGenerator<OrchestratorEvent> {
    for (const each of kept) {
      if (each.event === 'start') continue;
      // What it ends with is whole: nothing of it was held back when it was kept.
      if (each.event === 'done') yield { ...each, data: { ...each.data, finish_reason: 'stop' } };
      else yield each;
    }
  }

  const shown: ChatEvent[] = [...asked];
  let refused = false;
  const run = { gate: Promise.resolve(compiled.gate), messageId, stop: () => {}, sourcesLeftOut: () => 0 };
  for await (const each of gateEvents(answered(), run)) {
    if (each.event === 'spent' || each.event === 'guarded') continue;
    if (each.event === 'usage') {
      // With its price, as it was told.
      if (usage) shown.push(usage);
      continue;
    }
    if (each.event === 'refusal') refused = true;
    shown.push(each.event === 'done' && done && (!refused || wasRefused(kept)) ? done : each);
  }
  return sameAs(kept, shown) ? kept : shown;
}

const wasRefused = (events: readonly ChatEvent[]) => events.some(({ event }) => event === 'refusal');

/** Whether both show the same, however their text is cut and what stands beside it comes between. */
const sameAs = (some: readonly ChatEvent[], others: readonly ChatEvent[]): boolean =>
  print(some) === print(others);

function print(events: readonly ChatEvent[]): string {
  const text = events.map((each) => (each.event === 'token' ? each.data.text : '')).join('');
  return JSON.stringify([text, events.filter(({ event }) => event !== 'token')]);
}
