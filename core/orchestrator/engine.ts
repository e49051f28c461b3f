import type { TenantId } from '../tenants/tenant-id.ts';
import type { EngineUsage } from './schema.ts';

export interface EnginePrompt {
  readonly system: string;
  readonly user: string;
  readonly maxOutputTokens: number;
}

export type EngineEvent =
  | { readonly kind: 'text'; readonly text: string }
  /** What the completion has come to so far; told before the text that it includes. */
  | { readonly kind: 'spent'; readonly usage: EngineUsage }
  | { readonly kind: 'end'; readonly finishReason: 'stop' | 'length'; readonly usage: EngineUsage };

/** An inference engine that streams. Adapter: `engine.openai.ts` (vLLM, TGI, Ollama, anything OpenAI-compatible). */
export interface Engine {
  /**
   * One completion: `text` and `spent` events as they come, then one `end`. A completion that is broken off has come to
   * what the last `spent` said.
   *
   * @throws {EngineUnavailable} when the engine is down, full or breaks off.
   */
  stream(tenant: TenantId, prompt: EnginePrompt, signal: AbortSignal): AsyncIterable<EngineEvent>;
}

export class EngineUnavailable extends Error {
  override readonly name: string = 'EngineUnavailable';
}

/** The engine answers, and not to us: a wrong key, a prompt that is too long for it. Trying again would not help. */
export class EngineRefuses extends EngineUnavailable {
  override readonly name = 'EngineRefuses';
}
