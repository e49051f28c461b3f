import { DocumentUnreadable } from '../document-unreadable.ts';

/** Bytes at the beginning by which kinds of files that are no text are known, and what people call them. */
const signatures: readonly (readonly [bytes: string, name: string])[] = [
  ['%PDF-', 'a PDF file'],
  ['PK\u0003\u0004', 'a ZIP archive or an Office document'],
  ['PK\u0005\u0006', 'a ZIP archive'],
  ['\u00d0\u00cf\u0011\u00e0', 'an old Office document'],
  ['{\\rtf', 'an RTF document'],
  ['\u001f\u008b', 'a gzip archive'],
  ['\u0089PNG', 'a PNG image'],
  ['\u00ff\u00d8\u00ff', 'a JPEG image'],
  ['GIF8', 'a GIF image'],
  ['RIFF', 'a media file'],
  ['\u007fELF', 'a program'],
  ['7z\u00bc\u00af', 'a 7z archive'],
];

/** What the bytes are known to be when they are no text, in words; `undefined` when nothing is known. */
export function knownBinary(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 8)).toString('latin1');
  return signatures.find(([signature]) => head.startsWith(signature))?.[1];
}

/**
 * Text of a file whose encoding nobody told: a byte order mark decides, else UTF-8, else windows-1252 where that
 * gives plausible prose.
 *
 * @param declared an encoding that the file itself names, tried when it is not UTF-8
 * @throws {DocumentUnreadable} when the bytes are no text.
 */
export function decodeText(bytes: Uint8Array, declared?: string): string {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return strict('utf-8', bytes) ?? unreadable();
  if (a === 0xff && b === 0xfe) return checked(strict('utf-16le', bytes));
  if (a === 0xfe && b === 0xff) return checked(strict('utf-16be', bytes));
  const unicode = strict('utf-8', bytes);
  if (unicode !== undefined) return checked(unicode);
  if (declared !== undefined) {
    const text = strict(declared, bytes);
    if (text !== undefined && isProse(text)) return text;
  }
  const western = strict('windows-1252', bytes);
  return western !== undefined && isProse(western) && mostlyAscii(bytes) ? western : unreadable();
}

const unreadable = (): never => {
  throw new DocumentUnreadable(
    'The file is not text in a known encoding. Save it as UTF-8 and upload it again.',
  );
};

const checked = (text: string | undefined): string =>
  text !== undefined && isProse(text) ? text : unreadable();

function strict(encoding: string, bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for.
const control = /[\u0000-\u0008\u000e-\u001a\u001c-\u001f\u007f-\u009f]/g;

/** Text has next to no control characters; programs and images are full of them. */
function isProse(text: string): boolean {
  const found = text.match(control)?.length ?? 0;
  return !text.includes('\u0000') && found <= text.length / 1_000;
}

/** In windows-1252 any bytes are letters, so it is believed only where accents are the exception. */
function mostlyAscii(bytes: Uint8Array): boolean {
  let high = 0;
  for (const byte of bytes) if (byte >= 0x80) high++;
  return high <= bytes.length * 0.3;
}
