/** Translates between positions in code points, as citations count, and UTF-16 units, as strings do. */
export interface CodePoints {
  /** Code points in all. */
  readonly length: number;
  unitAt(point: number): number;
  slice(start: number, end: number): string;
}

/** Reads the text once; a text without characters beyond the basic plane costs no memory. */
export function codePoints(text: string): CodePoints {
  let length = 0;
  for (const _ of text) length++;
  if (length === text.length) {
    return { length, unitAt: (point) => point, slice: (start, end) => text.slice(start, end) };
  }
  const units = new Uint32Array(length + 1);
  let unit = 0;
  let point = 0;
  for (const character of text) {
    units[point++] = unit;
    unit += character.length;
  }
  units[point] = unit;
  const unitAt = (at: number) => units[Math.min(at, length)] as number;
  return { length, unitAt, slice: (start, end) => text.slice(unitAt(start), unitAt(end)) };
}
