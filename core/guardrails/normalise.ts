// Format characters (zero-width, bidi, soft hyphen) and combining marks change how a text looks, not how it reads.
const invisible = /[\p{Cf}\p{Mn}\p{Me}]/gu;

/** The form in which texts and patterns are compared: compatibility forms, case and invisible characters ignored. */
export function normalise(text: string): string {
  return text
    .normalize('NFKD')
    .replace(invisible, '')
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\s+/gu, ' ')
    .trim();
}
