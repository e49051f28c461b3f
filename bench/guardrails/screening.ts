import { RE2JS } from 're2js';
import { compileScreen } from '../../core/guardrails/screen.ts';
import { tenantConfigSchema } from '../../core/tenants/schema.ts';
import { type Figures, table } from '../admission/figures.ts';
import { inTurns, type Turns } from './cpu.ts';
import { fiftyRules } from './rules.ts';
import { longQuestion, question } from './texts.ts';

const targetMs = 0.2;

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** Fifty rules on an ordinary and on the longest question, beside what does not fold its texts and knows no tricks. */
export async function benchScreening(turns: Turns): Promise<Figures> {
  const config = tenantConfigSchema.parse({ tenant_id: 'bench', refusal_rules: fiftyRules });
  const { screen } = compileScreen(config);
  const literals = fiftyRules.flatMap(({ type, pattern }) =>
    type === 'contains' ? [pattern.toLowerCase()] : [],
  );
  const sources = fiftyRules.flatMap(({ type, pattern }) => {
    if (type === 'contains') return [];
    return [type === 'word' ? `\\b${escaped(pattern)}\\b` : pattern];
  });
  const expressions = sources.map((source) => new RegExp(source, 'i'));
  const linear = sources.map((source) => RE2JS.compile(source, RE2JS.CASE_INSENSITIVE));
  const including = (text: string) => {
    const lower = text.toLowerCase();
    return literals.some((literal) => lower.includes(literal));
  };
  const rows: (string | number)[][] = [];
  const broken: string[] = [];
  for (const [name, text] of [
    ['ordinary question', question],
    ['longest question', longQuestion],
  ] as const) {
    if ((await screen(text)).refusal) throw new Error(`the ${name} is refused`);
    const taken = await inTurns(
      {
        screen: () => screen(text),
        loop: () => including(text) || expressions.some((expression) => expression.test(text)),
        re2js: () => including(text) || linear.some((expression) => expression.matcher(text).find()),
      },
      turns,
    );
    rows.push([
      `${name}, ${text.length} characters`,
      taken.screen.toFixed(4),
      taken.loop.toFixed(4),
      `${(taken.screen / taken.loop).toFixed(1)}x`,
      taken.re2js.toFixed(4),
      `${(taken.screen / taken.re2js).toFixed(2)}x`,
    ]);
    if (text === question && taken.screen > targetMs) {
      broken.push(`screening takes ${taken.screen.toFixed(3)} ms, more than ${targetMs}`);
    }
  }
  const head = ['50 rules, ms of CPU', 'screen', 'includes + RegExp', 'ratio', 'includes + re2js', 'ratio'];
  return { lines: table(head, rows), broken };
}
