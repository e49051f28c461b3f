import type { ChatDeps, Question } from './chat-deps.ts';

/** How soon a wish to end an answer is seen. */
const everyMs = 2_000;

/**
 * Looks now and then whether whoever asked wants the answer to be ended.
 *
 * @param onCancel called once at the most.
 * @returns what ends the looking.
 */
export function watchCancellation(
  { cancellations, log }: Pick<ChatDeps, 'cancellations' | 'log'>,
  { tenant, message_id: messageId }: Question,
  asker: string,
  onCancel: () => void,
): () => void {
  let over = false;
  let failed = false;
  let timer = setTimeout(look, everyMs);

  async function look(): Promise<void> {
    let asked = false;
    try {
      asked = await cancellations.isAsked(tenant, messageId, asker);
    } catch (error) {
      // It is looked again soon; one line an answer tells enough.
      if (!failed) log('it cannot be seen whether an answer is to be ended', error);
      failed = true;
    }
    if (over) return;
    if (asked) onCancel();
    else timer = setTimeout(look, everyMs);
  }

  return () => {
    over = true;
    clearTimeout(timer);
  };
}
