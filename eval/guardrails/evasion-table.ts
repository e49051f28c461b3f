/** By the trick: the rule that must find it, and the whole question. */
export type EvasionTable = Readonly<Record<string, readonly (readonly [rule: string, ask: string])[]>>;
