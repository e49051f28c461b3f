import { compileOutputGate } from '../../core/guardrails/output-gate.ts';
import { tenantConfigSchema } from '../../core/tenants/schema.ts';
import { type Figures, table } from '../admission/figures.ts';
import { tenPatterns } from './rules.ts';
import { prose, tokensOf } from './texts.ts';

const targetTokens = 2;

/** How many tokens the last `held` UTF-16 units reach back over. */
function tokensOver(tokens: readonly string[], held: number): number {
  let over = 0;
  for (let left = held; left > 0 && over < tokens.length; over += 1)
    left -= tokens.at(-1 - over)?.length ?? 0;
  return over;
}

/** How many tokens of ordinary prose are held back, looked at behind every token. */
export function benchHolding(): Figures {
  const rows: (string | number)[][] = [];
  const broken: string[] = [];
  for (const [title, patterns] of [
    ['', []],
    [' and 10 patterns', tenPatterns],
  ] as const) {
    const gate = compileOutputGate(tenantConfigSchema.parse({ tenant_id: 'bench', redaction: { patterns } }));
    for (const [language, text] of Object.entries(prose)) {
      const tokens = tokensOf(text);
      const stream = gate.open();
      const seen: number[] = [];
      let out = '';
      for (const [at, token] of tokens.entries()) {
        out += stream.push(token).text;
        seen.push(tokensOver(tokens.slice(0, at + 1), stream.held));
      }
      out += stream.end().text;
      if (out !== tokens.join('')) broken.push(`${language}${title}: ordinary prose was changed`);
      seen.sort((a, b) => a - b);
      const at = (share: number) => seen[Math.min(seen.length - 1, Math.floor(share * seen.length))] ?? 0;
      const none = seen.filter((held) => held === 0).length / seen.length;
      rows.push([
        `${language}${title}`,
        tokens.length,
        at(0.5),
        at(0.95),
        at(1),
        `${(none * 100).toFixed(0)} %`,
      ]);
      if (at(0.5) > targetTokens) broken.push(`${language}${title}: ${at(0.5)} tokens are held back`);
    }
  }
  const head = ['held back, in tokens', 'tokens', 'median', 'p95', 'max', 'nothing held'];
  return { lines: table(head, rows), broken };
}
