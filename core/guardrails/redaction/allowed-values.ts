import { foldedText } from './folded-text.ts';

/** Letters and digits alone: `+49 30 1234` and `+49-30-1234` are one number. An address keeps its `@` and dots. */
const essence = (folded: string) =>
  folded.includes('@') ? folded.replace(/\s/g, '') : folded.replace(/[^\p{L}\p{N}]/gu, '');

/** In which way a match is public: listed as a whole, or as an address at a domain that is. */
export type Public = 'value' | 'address';

/**
 * Whether a folded match is one that the tenant calls public.
 *
 * @param allow whole values, or `@` and a domain for every address there and none below it
 */
export function createAllowedValues(allow: readonly string[]): (match: string) => Public | undefined {
  const folded = allow.map((value) => foldedText(value).text.trim());
  const domains = new Set(folded.filter((value) => value.startsWith('@')).map((value) => value.slice(1)));
  const values = new Set(folded.filter((value) => !value.startsWith('@')).map(essence));
  values.delete('');
  if (domains.size + values.size === 0) return () => undefined;
  return (match) => {
    if (values.has(essence(match))) return 'value';
    const at = match.lastIndexOf('@');
    return at >= 0 && domains.has(match.slice(at + 1).replace(/\s/g, '')) ? 'address' : undefined;
  };
}
