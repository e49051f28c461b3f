/**
 * A state machine's definition with its `${Name}` filled in.
 *
 * @throws naming what has no value, and values that nothing asks for.
 */
export function renderDefinition(definition: string, values: Readonly<Record<string, string>>): string {
  const asked = new Set<string>();
  const text = definition.replace(/\$\{(\w+)\}/g, (_, name: string) => {
    asked.add(name);
    const value = values[name];
    if (value === undefined) throw new Error(`The definition asks for ${name}, which has no value`);
    return value;
  });
  const unasked = Object.keys(values).filter((name) => !asked.has(name));
  if (unasked.length > 0) throw new Error(`The definition does not ask for ${unasked.join(', ')}`);
  return text;
}
