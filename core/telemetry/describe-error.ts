/** Causes that are followed. */
const maxDepth = 5;

/** What of an error belongs in a log, with what caused it: the reason is often two adapters further down. */
export function describeError(error: unknown, depth = 0): object {
  if (!(error instanceof Error)) return { text: String(error) };
  const { name, message, stack, cause } = error;
  const followed = cause !== undefined && depth < maxDepth;
  return { name, text: message, stack, ...(followed && { cause: describeError(cause, depth + 1) }) };
}
