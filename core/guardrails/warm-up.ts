import { compileOutputGate } from './output-gate.ts';
import { compileScreen } from './screen.ts';

const nothing = { refusal_rules: [], sensitive_prompt_patterns: [], blocked_tools: [] };
/** What answers mostly consist of: words, numbers, marks of sources, signs. */
const prose =
  'The oats are stored in a cool, dry room [1]. From 1,500 kilos on, a kilo costs $1.80 (before: $2.05); deliveries begin ' +
  'at 8:30 on 2 May 2024. Write down the number of your order, e.g. A-4711, and "ask at the desk" if it is late! ';

/**
 * Makes the product's own detectors, and the states that ordinary answers go through, while nobody waits: some 50 to
 * 100 ms that the first answer of a process would take longer.
 */
export function warmUp(): void {
  compileOutputGate(nothing).whole(prose.repeat(4), { canary: 'bjkqvwxzbjkqvwxzbjkqvwxz' });
  void compileScreen(nothing).screen(prose);
}
