import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';

export interface SourceDocument {
  readonly name: string;
  readonly title: string;
  readonly text: string;
}

/** A question with the sentences that must all be in the answer; none: the sources do not say. */
export interface Question {
  readonly ask: string;
  readonly quote: readonly string[];
  readonly route?: string | undefined;
  readonly kind: 'labelled' | 'random';
}

const lineSchema = z.strictObject({
  ask: z.string(),
  quote: z.array(z.string()),
  route: z.string().optional(),
});

/** The labelled documents of a part (`tuned` or `held-out`) and the questions about them. */
export function labelled(part: 'tuned' | 'held-out'): { documents: SourceDocument[]; questions: Question[] } {
  const folder = new URL(`./labelled/${part}/`, import.meta.url);
  const documents: SourceDocument[] = [];
  const questions: Question[] = [];
  for (const file of readdirSync(folder).sort()) {
    const text = readFileSync(new URL(file, folder), 'utf8');
    if (file.endsWith('.jsonl')) {
      for (const line of text.split('\n').filter((one) => one.trim() !== '')) {
        questions.push({ ...lineSchema.parse(JSON.parse(line)), kind: 'labelled' });
      }
    } else {
      const title = (/^(?:#\s*)?(\S.*)$/m.exec(text)?.[1] ?? file).trim();
      documents.push({ name: file, title, text });
      // An expected quote that is not in its document would count every answer as wrong.
      for (const line of readFileSync(new URL(file.replace(/\.\w+$/, '.jsonl'), folder), 'utf8').split(
        '\n',
      )) {
        if (line.trim() === '') continue;
        for (const quote of lineSchema.parse(JSON.parse(line)).quote) {
          if (!text.includes(quote)) throw new Error(`${file} does not contain ${JSON.stringify(quote)}`);
        }
      }
    }
  }
  return { documents, questions };
}
