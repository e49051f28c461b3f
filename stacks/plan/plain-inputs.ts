import { secretValue } from './plan.ts';
import { plannedSecrets } from './planned-state.ts';

/**
 * A file or an archive. What is in it is not in a plan, but that a text in it holds a secret is: only the text's own
 * marks would say so, and they end where it becomes a file.
 */
function asset(of: Readonly<Record<string, unknown>>): unknown {
  const text = JSON.stringify(of);
  const found = plannedSecrets.some((secret) => text.includes(JSON.stringify(secret).slice(1, -1)));
  return { asset: true, ...(found && { holdsSecret: true }) };
}

/** How Pulumi marks a value in transit that is more than its JSON, and the marks (pulumi/sdk/nodejs/runtime/rpc.ts). */
const specialKey = '4dabf18193072939515e22adb298388d';
const marks: Readonly<Record<string, (marked: Readonly<Record<string, unknown>>) => unknown>> = {
  // A secret.
  '1b47061264138c4ac30d75fd1eb44270': () => secretValue,
  // An asset and an archive.
  c44067f5952c0a294b673a41bacd8c17: asset,
  '0def7320c3a5731c473e5ecbe6d01bc7': asset,
  // A resource: its id is what a provider gets.
  '5cf8f73096256a8f31e491e813e4eb8e': ({ id, urn }) => plainInputs(id ?? urn),
  // An output with what it depends on.
  d0e6a833031e9bbcd3f4e8bde6ca49a4: ({ secret, value }) => (secret ? secretValue : plainInputs(value)),
};

/**
 * Inputs as a plan has them, from what goes over the wire: there a secret within an object is marked alone, where
 * Pulumi's own reading makes the whole property secret.
 *
 * @throws Error for a mark that is not known here.
 */
export function plainInputs(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(plainInputs);
  const object = value as Readonly<Record<string, unknown>>;
  const mark = object[specialKey];
  if (mark !== undefined) {
    const read = marks[String(mark)];
    if (!read) throw new Error(`Pulumi marks a value with ${mark}, which is not known here`);
    return read(object);
  }
  const keys = Object.keys(object).filter((key) => object[key] !== undefined);
  return Object.fromEntries(keys.sort().map((key) => [key, plainInputs(object[key])]));
}
