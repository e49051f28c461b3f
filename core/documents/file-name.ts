const maxNameCodePoints = 200;

/**
 * A client's file name made harmless: the last path component, without control, formatting and direction characters,
 * at most 200 code points. Empty names become `document`.
 */
export function safeFileName(raw: string): string {
  const base = raw.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const clean = base
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, '')
    .replace(/\s+/gu, ' ')
    .trim();
  const points = Array.from(clean);
  if (points.length <= maxNameCodePoints) return clean === '' || /^\.+$/.test(clean) ? 'document' : clean;
  // The ending tells the kind of file, so a long name is cut before it.
  const ending = /\.[A-Za-z0-9]{1,8}$/.exec(clean)?.[0] ?? '';
  return points.slice(0, maxNameCodePoints - ending.length).join('') + ending;
}

/** The lower-case ending without its point, or an empty text. */
export const fileEnding = (name: string): string =>
  /\.([A-Za-z0-9]{1,8})$/.exec(name)?.[1]?.toLowerCase() ?? '';

/** What a document is called until its own title is known. */
export function titleFromFileName(name: string): string {
  const stem = name.replace(/\.[A-Za-z0-9]{1,8}$/, '').trim();
  return stem === '' ? name : stem;
}

/** A title as shown: one line, at most 200 code points; `undefined` when nothing is left. */
export function cleanTitle(raw: string): string | undefined {
  const clean = raw
    .normalize('NFC')
    .replace(/\s+/gu, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, '')
    .trim();
  if (clean === '') return undefined;
  return Array.from(clean).slice(0, maxNameCodePoints).join('');
}
