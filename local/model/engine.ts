/** How the engine is asked. */
export interface GenerationRequest {
  readonly prompt: readonly { readonly text: string; readonly marks: boolean }[];
  readonly maxTokens: number | undefined;
  readonly temperature: number;
  readonly topP: number;
  readonly seed: number | undefined;
  readonly stop: readonly string[];
  readonly cacheSalt: string | undefined;
}

/** What an answer has come to. */
export interface Produced {
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Tokens of the prompt that were computed already. */
  readonly cachedTokens: number;
}

export interface Generated extends Produced {
  readonly finishReason: 'stop' | 'length';
}

/**
 * Hears of every token when it was written.
 *
 * @param text that it adds; none where a character, or what may be a stop text, is not complete.
 * @param produced this token included.
 */
export type OnToken = (text: string, produced: Produced) => void;

/** The prompt leaves no room, or not as much as was asked for. */
export class PromptTooLong extends Error {
  override readonly name = 'PromptTooLong';
}

/** A model that writes. One request at a time: its caller queues. */
export interface Engine {
  readonly contextTokens: number;
  /**
   * Once the signal fires no token is told of any more, and none is begun: at the most one that was being computed is
   * thrown away.
   *
   * @throws {PromptTooLong}, and the signal's reason once it fires.
   */
  generate(request: GenerationRequest, onToken: OnToken, signal: AbortSignal): Promise<Generated>;
}
