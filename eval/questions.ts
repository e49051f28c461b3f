import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { chunkText } from '../core/documents/chunk.ts';
import { titleFromFileName } from '../core/documents/file-name.ts';
import { parseDocument } from '../core/documents/parse/parse-document.ts';
import type { Chunk } from '../core/retrieval/schema.ts';
import { splitSentences } from '../core/retrieval/split-sentences.ts';

/** A document as ingestion reads it: its chunks, with offsets in its text. */
export interface SourceDocument {
  readonly name: string;
  readonly text: string;
  readonly chunks: readonly Chunk[];
}

/** A question with the sentences that must all be in the answer; none: the sources do not say. */
export interface Question {
  readonly ask: string;
  readonly quote: readonly string[];
  readonly route?: string | undefined;
  readonly kind: 'labelled' | 'random';
}

/** Sentences of wrapped text have line ends in them, which do not matter here. */
export const plain = (text: string): string => text.replace(/\s+/g, ' ').trim();

const lineSchema = z.strictObject({
  ask: z.string(),
  quote: z.array(z.string()),
  route: z.string().optional(),
});

/** Reads a file as ingestion does: the product's own parser, chunker and sentence splitter. */
export function readSource(name: string, bytes: Uint8Array, tenant: string = 'eval'): SourceDocument {
  const { title, text, sections } = parseDocument({ bytes, filename: name, mediaType: '' });
  const chunks = chunkText(text, sections, splitSentences).map((chunk, at) => ({
    id: `${name}#${at}`,
    tenant_id: tenant as Chunk['tenant_id'],
    document_id: name,
    version: 1,
    title: title ?? titleFromFileName(name),
    ...chunk,
  }));
  return { name, text, chunks };
}

/**
 * The documents of a folder and the questions about them.
 *
 * @param files of questions, one a line; by default `x.jsonl` beside each document `x.md`, `.txt` or `.html`
 * @throws when an expected quote is a sentence of no document: every answer would count as wrong.
 */
export function labelled(
  folder: URL,
  files?: readonly URL[],
): { documents: SourceDocument[]; questions: Question[] } {
  const names = readdirSync(folder)
    .filter((file) => /\.(?:md|txt|html)$/.test(file))
    .sort();
  const documents = names.map((name) => readSource(name, readFileSync(new URL(name, folder))));
  const sentences = new Set(documents.flatMap(({ text }) => splitSentences(text).map((s) => plain(s.text))));
  const questions: Question[] = [];
  for (const file of files ?? names.map((name) => new URL(name.replace(/\.\w+$/, '.jsonl'), folder))) {
    for (const line of linesOf(file)) {
      const question = lineSchema.parse(JSON.parse(line));
      for (const quote of question.quote) {
        if (!sentences.has(plain(quote))) {
          throw new Error(`${file.pathname}: no document has the sentence ${JSON.stringify(quote)}`);
        }
      }
      questions.push({ ...question, quote: question.quote.map(plain), kind: 'labelled' });
    }
  }
  return { documents, questions };
}

const routeLineSchema = z.strictObject({ ask: z.string(), route: z.string() });

/** Questions with the route that they belong to. */
export const routeQuestions = (file: URL): { ask: string; route: string }[] =>
  linesOf(file).map((line) => routeLineSchema.parse(JSON.parse(line)));

const linesOf = (file: URL): string[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
