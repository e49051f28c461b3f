/** How long processes and a proxy wait when calls go wrong, in milliseconds. */
export interface Waits {
  /** How long a process waits for the store. */
  readonly requestTimeoutMs: number;
  /** How long a process repeats what certainly did not happen. */
  readonly deadlineMs: number;
  /** How long the proxy holds a late call: its caller has stopped waiting by then. */
  readonly lateMs: number;
}

export const waits = (short: boolean): Waits =>
  short
    ? { requestTimeoutMs: 1_000, deadlineMs: 1_000, lateMs: 1_200 }
    : { requestTimeoutMs: 2_000, deadlineMs: 1_500, lateMs: 2_300 };
