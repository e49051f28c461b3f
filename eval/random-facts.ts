import { type Question, readSource, type SourceDocument } from './questions.ts';
import type { FactTemplate } from './random-facts.templates.ts';

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const onsets = 'b c d f g h k l m n p qu r s t v w z br dr kr pl st tr th zh sk gl'.split(' ');
const vowels = 'a e i o u ae ei oo'.split(' ');
const codas = 'n r x l s th k v m nd rn sk lt'.split(' ');

/**
 * A document of invented facts and the questions about it: three that it answers and one that it does not for every
 * fact, and one about a name that stands nowhere.
 */
export function randomFacts(
  seed: number,
  templates: readonly FactTemplate[],
): { document: SourceDocument; questions: Question[] } {
  const random = randomOf(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const name = () => {
    let made = '';
    for (let syllables = 2 + Math.floor(random() * 2); syllables > 0; syllables -= 1)
      made += pick(onsets) + pick(vowels);
    made += random() < 0.7 ? pick(codas) : '';
    made = made[0]?.toUpperCase() + made.slice(1);
    return random() < 0.2 ? `${made}-${Math.floor(random() * 900) + 10}` : made;
  };
  const plain = () => name().replace(/-\d+$/, '');
  const kinds = [...templates].sort(() => random() - 0.5).slice(0, 5);
  const lines: string[] = [];
  const questions: Question[] = [];
  for (const kind of kinds) {
    const values: Record<string, string> = {
      n: name(),
      p: `${plain()} ${plain()}`,
      c: plain(),
      x: random() < 0.3 ? (random() * 90 + 1).toFixed(1) : String(Math.floor(random() * 9000) + 2),
      y: String(1900 + Math.floor(random() * 125)),
      h: String(7 + Math.floor(random() * 5)),
      z: String(Math.floor(random() * 900) + 2),
    };
    const fill = (text: string, other: Record<string, string> = {}) =>
      text.replace(/\{(\w)\}/g, (_, key: string) => other[key] ?? values[key] ?? '');
    const says = fill(pick(kind.says));
    lines.push(says);
    for (const ask of kind.asks) questions.push({ ask: fill(ask), quote: [says], kind: 'random' });
    questions.push({ ask: fill(pick(kind.none)), quote: [], kind: 'random' });
    const stranger = {
      n: name(),
      p: `${plain()} ${plain()}`,
      c: plain(),
      x: String(Math.floor(random() * 90_000) + 9_001),
    };
    questions.push({ ask: fill(pick(kind.asks), stranger), quote: [], kind: 'random' });
  }
  const order = [...lines].sort(() => random() - 0.5);
  return {
    document: readSource(
      `notes-${seed}.txt`,
      new TextEncoder().encode(`${order.slice(0, 3).join(' ')}\n\n${order.slice(3).join(' ')}\n`),
    ),
    questions,
  };
}
