import { describe, expect, test } from 'vitest';
import { compileOutputGate } from '../../core/guardrails/output-gate.ts';

/** By the word in the mask: texts in which what stands in braces is to be hidden, and texts that stay as they are. */
export type MaskExamples = Readonly<
  Record<string, readonly [hidden: readonly string[], harmless: readonly string[]]>
>;

const gate = compileOutputGate({ refusal_rules: [], sensitive_prompt_patterns: [], blocked_tools: [] });
const masked = (text: string, mask: string) => text.replace(/\{[^}]*\}/g, mask);

/** Tests that the product's detectors, as they are by default, hide what they are to hide and nothing else. */
export function masksOnly(examples: MaskExamples): void {
  describe.each(Object.entries(examples))('%s', (mask, [hidden, harmless]) => {
    test('there are at least twenty of each', () => {
      expect(hidden.length).toBeGreaterThanOrEqual(20);
      expect(harmless.length).toBeGreaterThanOrEqual(20);
    });

    test.each(hidden)('stands in the place of what it hides: %s', (text) => {
      expect(gate.whole(text.replace(/[{}]/g, '')).text).toBe(masked(text, mask));
    });

    test.each(harmless)('hides nothing of %s', (text) => {
      expect(gate.whole(text)).toMatchObject({ text, hits: { masked: 0 } });
    });
  });
}
