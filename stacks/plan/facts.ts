type Indexes = Readonly<
  Record<string, { partitionKey: string; sortKey: string; attributes: readonly string[] }>
>;

/** What a stage consists of, by logical names and without addresses: so that two stages can be compared. */
export interface Facts {
  readonly tables: Readonly<
    Record<string, { partitionKey: string; sortKey: string; ttl: string; indexes: Indexes }>
  >;
  readonly queues: Readonly<
    Record<string, { visibilityTimeoutS: number; deadLetter?: { queue: string; maxReceives: number } }>
  >;
  readonly buckets: Readonly<
    Record<
      string,
      { versioned: boolean; notify: readonly { prefix: string; suffix: string; queue: string }[] }
    >
  >;
  readonly functions: Readonly<Record<string, { timeoutS: number; memoryMb: number }>>;
  /** By function and variable: the logical name of what it names, or `set` for a value of the stage's own. */
  readonly variables: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** `queue -> function`, with how many messages come at once. */
  readonly sources: Readonly<Record<string, { batchSize: number; reportsEach: boolean }>>;
  /** Definitions, with `<name>` for the ARN of a function. */
  readonly stateMachines: Readonly<Record<string, unknown>>;
}

/** Removes what differs between stages from an ARN, a URL or a name: `main` for `atrium-prod-main`. */
export function logicalName(value: unknown, prefix: string): string {
  const last =
    String(value ?? '')
      .split(/[/:]/)
      .at(-1) ?? '';
  return last.startsWith(`${prefix}-`) ? last.slice(prefix.length + 1).replace(/-\d{12}$/, '') : last;
}

/** A definition with logical names in the place of functions' ARNs. */
export const logicalDefinition = (definition: string, prefix: string): unknown =>
  JSON.parse(
    definition.replaceAll(
      /arn:aws:lambda:[a-z0-9-]+:\d{12}:function:([A-Za-z0-9_-]+)/g,
      (_, name: string) => `<${logicalName(name, prefix)}>`,
    ),
  );

/** What a variable says, without what differs between stages. */
export const logicalVariable = (value: string, prefix: string): string => {
  const name = logicalName(value, prefix);
  return value.includes(`${prefix}-`) ? name : 'set';
};
