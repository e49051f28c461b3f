import type { ZodType } from 'zod';

/** Records of a file, one JSON value a line, parsed when they are read. */
export interface JsonLines {
  readonly count: number;
  /** @throws {RangeError} when there is no such line; zod's error when it is not what it should be. */
  read<T>(line: number, schema: ZodType<T>): T;
}

/** Keeps the bytes and where each line begins, not the parsed records: they are many times larger. */
export function openJsonLines(bytes: Uint8Array): JsonLines {
  const starts: number[] = [0];
  for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, at + 1)) starts.push(at + 1);
  // The last line ends with a newline as well.
  const offsets = Uint32Array.from(starts);
  const decoder = new TextDecoder();
  return {
    count: offsets.length - 1,
    read(line, schema) {
      const start = offsets[line];
      const next = offsets[line + 1];
      if (start === undefined || next === undefined)
        throw new RangeError(`Line ${line} of ${offsets.length - 1}`);
      return schema.parse(JSON.parse(decoder.decode(bytes.subarray(start, next - 1))));
    },
  };
}
