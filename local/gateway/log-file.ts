import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { keepSmall } from '../processes/child.ts';

/** A file that takes whole lines, so that the lines of several workers do not run into each other. */
export function openLog(dir: string, name: string): (line: string) => void {
  mkdirSync(dir, { recursive: true });
  const path = join(dir, `${name}.log`);
  keepSmall(path);
  const stream = createWriteStream(path, { flags: 'a' });
  // A full disk must not end the gateway.
  stream.on('error', (error) => console.error(error));
  return (line) => void stream.write(`${line}\n`);
}
