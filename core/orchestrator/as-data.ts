import { visibleText } from '../guardrails/text/visible-text.ts';

/** Words that some chat templates write in brackets to begin a turn, a tool's result or the system's part. */
const bracketed =
  /\[(?=\/?(?:inst|sys|system|system_prompt|tool_calls|tool_results|tool_content|available_tools|args|call_id|think|modelsettings|model_settings|img|img_break|img_end|prefix|middle|suffix|control_\d+|gmask|cls|sep|mask|pad|bos|eos|unk)\])/gi;
/** A line of its own that begins a turn where a template writes roles as words. */
const role =
  /(^|\n[^\S\n]*\n|\n#{1,6})([^\S\n]*(?:system|user|human|assistant|instructions?|input|response)[^\S\n]*):/gi;

/**
 * A text as data in a prompt: it cannot close the element that it stands in, nor open one, nor be read as a token of a
 * chat template (`<|im_start|>`, `<start_of_turn>`, `<s>`, `[INST]`), nor begin a turn. What nobody can see does not
 * reach the engine either.
 */
export function asData(text: string): string {
  return visibleText(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(bracketed, '&#91;')
    .replace(role, '$1$2&#58;');
}
