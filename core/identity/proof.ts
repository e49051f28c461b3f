/** Whether what a caller proved itself with still holds, after it was found good. */
export interface Proof {
  /**
   * Whether it holds, given that admission reported this `auth_epoch` of the tenant: the epoch grows with every revocation.
   * Asks the store only when the epoch is news to this process.
   *
   * @throws what the store throws when it has to be asked and does not answer: nothing is known then.
   */
  holdsAt(authEpoch: number): Promise<boolean>;
  /**
   * Whether it holds at the moment, for requests without admission: at most one question to the store.
   *
   * @throws as `holdsAt`.
   */
  holdsNow(): Promise<boolean>;
}

/** Of a caller who has nothing that could be taken back. */
export const nothingToRevoke: Proof = { holdsAt: async () => true, holdsNow: async () => true };
