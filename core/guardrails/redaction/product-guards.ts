import { type Automaton, createAutomaton } from '../automaton/automaton.ts';
import { parsePattern } from '../automaton/parse-pattern.ts';
import { outputGuards, type PersonalDataKind, type Redaction } from '../schema.ts';
import { detectors } from './detectors.ts';
import type { Anew, Exempts, Guards } from './guard.ts';
import { readingOfValues } from './reading.ts';

/** What stands in the place of a match, in brackets, and what the person reads whose answer it ends. */
const words: Readonly<Record<PersonalDataKind, readonly [mask: string, named: string]>> = {
  email: ['email', 'an e-mail address'],
  phone: ['phone', 'a phone number'],
  payment_card: ['payment card', 'the number of a payment card'],
  iban: ['iban', 'the number of a bank account'],
  national_id: ['national id', 'the number of an identity document'],
  secret: ['secret', 'a password or key'],
};

/** Places of one of the product's own expressions. */
const maxSize = 1_000;

interface Made {
  readonly automaton: Automaton;
  readonly anew: readonly (Anew | undefined)[];
}
let made: Made | undefined;

/** The same for all tenants, and so made once: what they do differently is only what becomes of a match. */
const make = (): Made => ({
  automaton: createAutomaton(
    detectors.map(({ expression }) => parsePattern(expression, { lookaround: true, maxSize })),
    { maxStates: 4_000 },
  ),
  anew: detectors.map(
    ({ expression, anew }) => anew && { begins: anew, expression: new RegExp(`(?:${expression})$`, 'uy') },
  ),
});

/** The product's detectors, as a tenant wants them; `undefined` where it wants none. */
export function productGuards(redaction: Redaction = {}): Guards | undefined {
  if (detectors.every(({ kind }) => redaction[kind] === 'off')) return undefined;
  made ??= make();
  const { automaton, anew } = made;
  const guards = detectors.map(({ kind, holds, named, swallow }, i) => {
    const action = redaction[kind] ?? 'mask';
    if (action === 'off') return undefined;
    const [mask, name] = words[kind];
    const exempts: Exempts = !redaction.allow?.length ? 'nothing' : kind === 'email' ? 'addresses' : 'values';
    return {
      ref: { kind: 'output' as const, index: outputGuards.indexOf(kind) },
      action,
      shadow: false,
      mask: `[${mask}]`,
      reason: `The answer was ended because it contained ${name}.`,
      ofProduct: true,
      exempts,
      finds: { holds, named, swallow, anew: anew[i] },
    };
  });
  return { reading: readingOfValues, automaton, guards };
}
