/** A node in the tree of paths that a REST API is made of. */
export interface RestApiPath {
  /** From the root on, such as `/chat/{proxy+}`. */
  readonly path: string;
  /** The path that it is below; empty for the root. */
  readonly parent: string;
  /** Its own, last part. */
  readonly part: string;
  /** Whether requests for it are answered, or it only leads further down. */
  readonly answers: boolean;
}

/** The tree for these prefixes: each answers itself and everything below it. Parents come before what is below them. */
export function restApiPaths(prefixes: readonly string[]): readonly RestApiPath[] {
  const nodes = new Map<string, RestApiPath>();
  const add = (parts: readonly string[], answers: boolean) => {
    const path = parts.map((part) => `/${part}`).join('');
    const parent = parts
      .slice(0, -1)
      .map((part) => `/${part}`)
      .join('');
    const known = nodes.get(path)?.answers ?? false;
    nodes.set(path, { path, parent, part: parts.at(-1) ?? '', answers: answers || known });
  };
  for (const prefix of prefixes) {
    const parts = prefix.split('/').filter(Boolean);
    for (let length = 1; length < parts.length; length++) add(parts.slice(0, length), false);
    add(parts, true);
    add([...parts, '{proxy+}'], true);
  }
  return [...nodes.values()];
}
