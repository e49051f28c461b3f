const message = /^(?:<ref \*\d+> )?\[?(?:\w*Error\b|Build failed)/;
const frame = /^\s+at /;

/**
 * What a program that ended badly has to say: the first error's own message, without the stack, and at most 12 lines.
 * Where the runtime complains and not the code, also in which function.
 *
 * @param output what it wrote to stderr.
 */
export function errorText(output: string): string {
  const lines = output.trimEnd().split('\n');
  // The message of a failed command repeats what the command wrote, which is what matters.
  const start = lines.findIndex((line) => message.test(line) && !line.includes('Error: Command failed'));
  if (start < 0) return lines.slice(-12).join('\n').trim() || 'it ended without a word';
  const rest = lines.slice(start);
  const end = rest.findIndex((line) => frame.test(line));
  const text = (end < 0 ? rest : rest.slice(0, end)).slice(0, 12).join('\n').trimEnd();
  const where = /^\s+at (?:async )?([\w.]+) /.exec(rest[end] ?? '')?.[1];
  const isOurs = /^(?:<ref \*\d+> )?\[?(?:Error:|Build failed)/.test(text);
  return `${text.replace(/^(?:<ref \*\d+> )?\[?Error: /, '')}${where && !isOurs ? ` (in ${where})` : ''}`;
}
