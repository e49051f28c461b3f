/** `read_capacity` to `readCapacity`, as Pulumi's bridge does: a letter or digit after `_` ends the word before. */
const camelCase = (name: string) => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** The plural that Pulumi's bridge makes of what may stand several times: English, by its last letters. */
function plural(name: string): string {
  if (/(?:alias|status|ss|x|ch|sh)$/.test(name)) return `${name}es`;
  if (name.endsWith('s')) return name;
  if (/[^aeiou]y$/.test(name)) return `${name.slice(0, -1)}ies`;
  return `${name}s`;
}

/** A name that may stand in a place, and whether it may stand there several times. */
export interface SchemaName {
  readonly name: string;
  readonly several: boolean;
}

/**
 * The way back from Pulumi's property names to Terraform's, for one resource or block. A list may have come as its
 * one item, under the singular; a name that is another's plural stays with the one that is called so.
 */
export function terraformNames(
  names: readonly SchemaName[],
  irregular: Readonly<Record<string, string>> = {},
): ReadonlyMap<string, string> {
  const back = new Map<string, string>();
  for (const { name, several } of names) if (several) back.set(camelCase(plural(name)), name);
  for (const { name } of names) back.set(camelCase(name), name);
  for (const [pulumi, name] of Object.entries(irregular)) {
    if (!names.some((each) => each.name === name)) continue;
    for (const [key, value] of back) if (value === name) back.delete(key);
    back.set(pulumi, name);
  }
  return back;
}
