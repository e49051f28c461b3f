const names = new Intl.DisplayNames('en', { type: 'script', fallback: 'none' });

/**
 * The language, script and region of a language tag, in their canonical form: `sr-latn-rs` is `sr-Latn-RS`. Variants,
 * extensions, private parts and scripts that there are not are dropped, so no word fits in.
 *
 * @returns nothing for what is no language tag, or has no language of 2 or 3 letters.
 */
export function languageTag(tag: string): string | undefined {
  try {
    const { language, script, region } = new Intl.Locale(tag);
    if (!/^[a-z]{2,3}$/.test(language)) return undefined;
    return [language, script && names.of(script) ? script : undefined, region].filter(Boolean).join('-');
  } catch {
    return undefined;
  }
}
