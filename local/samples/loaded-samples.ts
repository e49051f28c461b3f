/** Which sample documents have been loaded, so that one that a person deleted does not come back. */
export interface LoadedSamples {
  all(): Promise<ReadonlySet<string>>;
  add(sample: string): Promise<void>;
}
