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

export interface Generated {
  readonly finishReason: 'stop' | 'length';
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Tokens of the prompt that were computed already. */
  readonly cachedTokens: number;
}

/** The prompt leaves no room, or not as much as was asked for. */
export class PromptTooLong extends Error {
  override readonly name = 'PromptTooLong';
}

/** A model that writes. One request at a time: its caller queues. */
export interface Engine {
  readonly contextTokens: number;
  /**
   * @param onText called with each piece of the answer as it is written.
   * @throws {PromptTooLong}, and the signal's reason once it fires.
   */
  generate(
    request: GenerationRequest,
    onText: (text: string) => void,
    signal: AbortSignal,
  ): Promise<Generated>;
}
