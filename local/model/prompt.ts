import { type ChatRequest, textOf } from './request.ts';

/** A stretch of a prompt: the template's own marks, or text from outside, in which marks mean nothing. */
export interface PromptPart {
  readonly text: string;
  readonly marks: boolean;
}

const defaultSystem = 'You are a helpful AI assistant.';

/** Writes messages in ChatML, the template of SmolLM2's instruction tuning, up to where the answer begins. */
export function promptOf(messages: ChatRequest['messages']): PromptPart[] {
  const parts: PromptPart[] = [];
  const say = (role: string, text: string) =>
    parts.push(
      { text: `<|im_start|>${role}\n`, marks: true },
      { text, marks: false },
      { text: '<|im_end|>\n', marks: true },
    );
  if (messages[0]?.role !== 'system' && messages[0]?.role !== 'developer') say('system', defaultSystem);
  for (const { role, content } of messages) {
    // The model was not trained on tools' answers; the user's voice is the nearest.
    say(role === 'developer' ? 'system' : role === 'tool' ? 'user' : role, textOf(content));
  }
  parts.push({ text: '<|im_start|>assistant\n', marks: true });
  return parts;
}
