import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A mistake that somebody could make in the stacks, as a patch. */
export interface Mistake {
  readonly name: string;
  /** One sentence that says what is wrong. */
  readonly mistake: string;
  /** The guarantees that break, as the plan's tests call them; all of them, and no others. */
  readonly expected: readonly string[];
  /** The files that the patch changes, from the root. */
  readonly files: readonly string[];
  /** The patch itself. */
  readonly path: string;
}

/**
 * Reads a patch: lines `Mistake: ...` and `Expect: ...`, then what `git diff` writes.
 *
 * @throws when one of these is missing.
 */
export function parseMistake(name: string, path: string, text: string): Mistake {
  const values = (key: string) =>
    [...text.matchAll(new RegExp(`^${key}: (.+)$`, 'gm'))].map(([, value]) => value ?? '');
  const [mistake] = values('Mistake');
  const expected = values('Expect');
  const files = [...text.matchAll(/^\+\+\+ b\/(.+)$/gm)].map(([, file]) => file ?? '');
  if (mistake === undefined || expected.length === 0 || files.length === 0)
    throw new Error(`${path} needs a line "Mistake: ...", a line "Expect: ..." and a change.`);
  return { name, mistake, expected, files, path };
}

/** All mistakes, by name. */
export function readMistakes(): Mistake[] {
  const folder = import.meta.dirname;
  return readdirSync(folder)
    .filter((file) => file.endsWith('.patch'))
    .sort()
    .map((file) =>
      parseMistake(
        file.slice(0, -'.patch'.length),
        join(folder, file),
        readFileSync(join(folder, file), 'utf8'),
      ),
    );
}
