import { foldedText } from './folded-text.ts';

/** Letters and digits alone: `+49 30 1234` and `+49-30-1234` are one number. An address keeps its `@` and dots. */
const essence = (folded: string) =>
  folded.includes('@') ? folded.replace(/\s/g, '') : folded.replace(/[^\p{L}\p{N}]/gu, '');

/**
 * Whether a folded match is one that the tenant calls public.
 *
 * @param allow whole values, or `@` and a domain for every address there and none below it
 */
export function createAllowedValues(allow: readonly string[]): (match: string) => boolean {
  const folded = allow.map((value) => foldedText(value).text.trim());
  const domains = new Set(folded.filter((value) => value.startsWith('@')).map((value) => value.slice(1)));
  const values = new Set(folded.filter((value) => !value.startsWith('@')).map(essence));
  values.delete('');
  if (domains.size + values.size === 0) return () => false;
  return (match) => {
    const at = match.lastIndexOf('@');
    return values.has(essence(match)) || (at >= 0 && domains.has(match.slice(at + 1)));
  };
}
