import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { chunkText } from '../core/documents/chunk.ts';
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

const lineSchema = z.strictObject({
  ask: z.string(),
  quote: z.array(z.string()),
  route: z.string().optional(),
});

/** Reads a file as ingestion does: the product's own parser, chunker and sentence splitter. */
export function readSource(name: string, bytes: Uint8Array): SourceDocument {
  const { title, text, sections } = parseDocument({ bytes, filename: name, mediaType: '' });
  const chunks = chunkText(text, sections, splitSentences).map((chunk, at) => ({
    id: `${name}#${at}`,
    tenant_id: 'eval' as Chunk['tenant_id'],
    document_id: name,
    version: 1,
    title: title ?? name.replace(/\.\w+$/, '').replaceAll('-', ' '),
    ...chunk,
  }));
  return { name, text, chunks };
}

/**
 * The labelled documents of a folder and the questions about them (`x.md` and `x.jsonl`).
 *
 * @throws when an expected quote is not a sentence of its document: every answer would count as wrong.
 */
export function labelled(folder: URL): { documents: SourceDocument[]; questions: Question[] } {
  const documents: SourceDocument[] = [];
  const questions: Question[] = [];
  for (const file of readdirSync(folder).sort()) {
    if (!/\.(?:md|txt|html)$/.test(file)) continue;
    const document = readSource(file, readFileSync(new URL(file, folder)));
    documents.push(document);
    const sentences = new Set(splitSentences(document.text).map(({ text }) => text));
    const lines = readFileSync(new URL(file.replace(/\.\w+$/, '.jsonl'), folder), 'utf8').split('\n');
    for (const line of lines.filter((one) => one.trim() !== '')) {
      const question = lineSchema.parse(JSON.parse(line));
      for (const quote of question.quote) {
        if (!sentences.has(quote)) throw new Error(`${file} has no sentence ${JSON.stringify(quote)}`);
      }
      questions.push({ ...question, kind: 'labelled' });
    }
  }
  return { documents, questions };
}
