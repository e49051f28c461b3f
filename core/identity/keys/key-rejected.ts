import type { KeyRejection } from './authenticate-key.ts';

/** A key that was not taken. Tells why in a fixed code, and never what the key is. */
export class KeyRejected extends Error {
  override readonly name = 'KeyRejected';
  readonly reason: KeyRejection;

  constructor(reason: KeyRejection) {
    super(`key rejected: ${reason}`);
    this.reason = reason;
  }
}
