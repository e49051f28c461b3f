import { DocumentUnreadable } from '../document-unreadable.ts';
import { fileEnding } from '../file-name.ts';
import type { ParsedDocument } from '../parsed-document.ts';
import { MarkupTooComplex } from './check-html.ts';
import { decodeText, knownBinary } from './decode-text.ts';
import { parseHtml } from './parse-html.ts';
import { parseMd } from './parse-md.ts';
import { parseTxt } from './parse-txt.ts';
import { TimeUp, withinTime } from './within-time.ts';

const supported = 'Supported are text (.txt), Markdown (.md) and HTML (.html) files.';
const parsers = { txt: parseTxt, md: parseMd, html: parseHtml };
type Kind = keyof typeof parsers;
/** Documents as people write them take a fraction of this at the size limit. */
const parseTimeoutMs = 4_000;

const kindOfEnding: Readonly<Record<string, Kind>> = {
  txt: 'txt',
  text: 'txt',
  md: 'md',
  markdown: 'md',
  html: 'html',
  htm: 'html',
  xhtml: 'html',
};
const kindOfMediaType: Readonly<Record<string, Kind>> = {
  'text/plain': 'txt',
  'text/markdown': 'md',
  'text/x-markdown': 'md',
  'text/html': 'html',
  'application/xhtml+xml': 'html',
};

/**
 * Reads an uploaded file. The ending of its name decides what it is, the media type where the name has none, and
 * the content has to agree.
 *
 * @throws {DocumentUnreadable} with a reason for who uploaded it.
 */
export function parseDocument(
  file: { bytes: Uint8Array; filename: string; mediaType: string },
  timeoutMs: number = parseTimeoutMs,
): ParsedDocument {
  if (file.bytes.length === 0) throw new DocumentUnreadable('The file is empty.');
  const kind = kindOf(file.filename, file.mediaType);
  const binary = knownBinary(file.bytes);
  if (binary) {
    const claim = kind
      ? `The file is ${binary}, although its name ends in .${fileEnding(file.filename)}.`
      : '';
    throw new DocumentUnreadable(`${claim || `The file is ${binary}, which cannot be read.`} ${supported}`);
  }
  if (!kind) throw new DocumentUnreadable(`Files of this kind cannot be read. ${supported}`);
  const text = plain(decodeText(file.bytes, kind === 'html' ? declaredEncoding(file.bytes) : undefined));
  if (text.trim() === '') throw new DocumentUnreadable('The document contains no text.');
  const parse = kind === 'txt' && /^\s*<(?:!doctype html|html)\b/i.test(text) ? parseHtml : parsers[kind];
  try {
    return withinTime(timeoutMs, () => parse(text));
  } catch (error) {
    // What exhausts the stack is nested beyond the depth that was counted.
    const tooComplex =
      error instanceof RangeError || error instanceof TimeUp || error instanceof MarkupTooComplex;
    // Markdown reads as plain text, too.
    if (tooComplex && parse === parseMd) return parseTxt(text);
    if (!tooComplex || error instanceof MarkupTooComplex) throw error;
    throw new DocumentUnreadable('The document is built in a way that takes too long to read. Simplify it.');
  }
}

function kindOf(filename: string, mediaType: string): Kind | undefined {
  const ending = fileEnding(filename);
  if (ending !== '') return kindOfEnding[ending];
  return kindOfMediaType[mediaType.split(';')[0]?.trim().toLowerCase() ?? ''];
}

function declaredEncoding(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 2_048)).toString('latin1');
  const name = /<meta\b[^>]*?\bcharset\s*=\s*["']?([\w-]{2,20})/i.exec(head)?.[1]?.toLowerCase();
  return name?.startsWith('utf-16') ? undefined : name;
}

/** LF line ends, and no control characters but the tab: nobody sees them, and they do not survive JSON viewers. */
const plain = (text: string): string =>
  text
    .replace(/\r\n?|\f|\v|\u0085|\u2028|\u2029/g, '\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed.
    .replace(/[\u0000-\u0008\u000e-\u001f\u007f-\u009f\ufeff]/g, '');
