import { RE2JS } from 're2js';
import { compileOutputGate } from '../../core/guardrails/output-gate.ts';
import { tenantConfigSchema } from '../../core/tenants/schema.ts';
import { type Figures, table } from '../admission/figures.ts';
import { inTurns, type Turns } from './cpu.ts';
import { tenPatterns } from './rules.ts';
import { answerTokens } from './texts.ts';

const targetMs = 1;

/** What a program would look for that masks the whole answer after it was written. */
const simple = [
  '[\\w.+-]+@[\\w-]+\\.[\\w.-]+',
  '\\+?\\d[\\d ()/-]{7,16}\\d',
  '\\b(?:\\d[ -]?){13,19}\\b',
  '\\b[A-Z]{2}\\d{2}(?: ?[A-Z0-9]{4}){3,7}\\b',
  '\\b\\d{3}-\\d{2}-\\d{4}\\b',
  '\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b',
  '\\bgh[pousr]_[A-Za-z0-9]{36}\\b',
  '\\beyJ[\\w-]+\\.[\\w-]+\\.[\\w-]+',
];

const gateOf = (patterns: typeof tenPatterns) =>
  compileOutputGate(tenantConfigSchema.parse({ tenant_id: 'bench', redaction: { patterns } }));

/** An answer of 500 tokens pushed token by token, beside what sees it only as a whole. */
export async function benchRedacting(turns: Turns): Promise<Figures> {
  const rows: (string | number)[][] = [];
  const broken: string[] = [];
  const whole = answerTokens.join('');
  for (const [name, patterns] of [
    ['default configuration', []],
    ['and 10 patterns', tenPatterns],
  ] as const) {
    const gate = gateOf(patterns);
    const sources = [...simple, ...patterns.map(({ pattern }) => pattern)];
    const expressions = sources.map((source) => new RegExp(source, 'gi'));
    const linear = sources.map((source) => RE2JS.compile(source, RE2JS.CASE_INSENSITIVE));
    const pushed = () => {
      const stream = gate.open();
      let length = 0;
      for (const token of answerTokens) length += stream.push(token).text.length;
      length += stream.end().text.length;
      return { length, masked: stream.hits.masked };
    };
    const { masked } = pushed();
    if (masked !== 3) broken.push(`${name}: ${masked} of 3 pieces of personal data masked`);
    const taken = await inTurns(
      {
        pushed,
        whole: () => gate.whole(whole),
        loop: () => expressions.reduce((text, expression) => text.replace(expression, '[masked]'), whole),
        re2js: () =>
          linear.reduce((text, expression) => expression.matcher(text).replaceAll('[masked]'), whole),
      },
      turns,
    );
    rows.push([
      name,
      taken.pushed.toFixed(3),
      taken.whole.toFixed(3),
      taken.loop.toFixed(3),
      `${(taken.pushed / taken.loop).toFixed(1)}x`,
      taken.re2js.toFixed(3),
      `${(taken.pushed / taken.re2js).toFixed(2)}x`,
    ]);
    if (taken.pushed > targetMs) {
      broken.push(`redaction with ${name} takes ${taken.pushed.toFixed(2)} ms, more than ${targetMs}`);
    }
  }
  const head = [
    '500 tokens, ms of CPU',
    'by token',
    'whole',
    'RegExp, whole',
    'ratio',
    're2js, whole',
    'ratio',
  ];
  return { lines: table(head, rows), broken };
}
