import type { Prelude } from './response-stream.ts';

const mark = Buffer.alloc(8);

/** Takes a streamed response apart: JSON with status and headers, eight NULs, then the body. */
export class PreludeSplitter {
  #held: Buffer = Buffer.alloc(0);
  #found = false;
  readonly #maxBytes: number;

  constructor(maxBytes = 64 * 1024) {
    this.#maxBytes = maxBytes;
  }

  /**
   * @returns what is now known: the prelude once, with whatever of the body came with it; then body only.
   * @throws {SyntaxError} when the prelude is no JSON object, {RangeError} when it does not end in time.
   */
  push(chunk: Buffer): { prelude?: Prelude; body?: Buffer } {
    if (this.#found) return { body: chunk };
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const at = this.#held.indexOf(mark);
    if (at > this.#maxBytes || (at < 0 && this.#held.length > this.#maxBytes)) {
      throw new RangeError('the prelude of the response is too long');
    }
    if (at < 0) return {};
    this.#found = true;
    const prelude: unknown = JSON.parse(this.#held.toString('utf8', 0, at));
    if (typeof prelude !== 'object' || prelude === null) throw new SyntaxError('the prelude is no object');
    const body = this.#held.subarray(at + mark.length);
    this.#held = Buffer.alloc(0);
    return body.length > 0 ? { prelude, body } : { prelude };
  }

  get complete(): boolean {
    return this.#found;
  }
}
