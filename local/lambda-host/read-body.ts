import type { IncomingMessage } from 'node:http';

/**
 * Reads the whole body of a message.
 *
 * @returns `undefined` when it is larger than `maxBytes`; the rest of it is then read and thrown away, so that the
 *   sender can read an answer.
 * @throws when the sender leaves before the end.
 */
export async function readBody(message: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= maxBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  return bytes > maxBytes ? undefined : Buffer.concat(chunks);
}
