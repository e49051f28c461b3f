import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ScriptedEngine {
  readonly url: string;
  /** What was said last, piece by piece, and when the last piece left (`performance.now()`). */
  said(): { pieces: readonly string[]; lastSentAt: number };
  stop(): Promise<void>;
}

const randomWord = () => `${Math.random().toString(36).slice(2)} `;

/**
 * An OpenAI-compatible engine that says so many words at a fixed pace, or fewer where nobody listens any more. They are
 * random unless told: nobody can know them in advance.
 */
export async function startScriptedEngine(
  pieces: number,
  pauseMs: number,
  wordAt: (n: number) => string = randomWord,
): Promise<ScriptedEngine> {
  let said: string[] = [];
  let lastSentAt = 0;
  const server = createServer(async (request, response) => {
    if (request.url?.endsWith('/models')) {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ object: 'list', data: [{ id: 'scripted', object: 'model' }] }));
      return;
    }
    request.resume();
    response.setHeader('content-type', 'text/event-stream');
    const send = (choices: object[], usage?: object) =>
      response.write(
        `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 0, model: 'scripted', choices, usage })}\n\n`,
      );
    said = [];
    send([{ index: 0, delta: { role: 'assistant' }, finish_reason: null }]);
    for (let i = 0; i < pieces && !response.closed; i += 1) {
      const content = wordAt(i);
      said.push(content);
      send([{ index: 0, delta: { content }, finish_reason: null }]);
      lastSentAt = performance.now();
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    send([{ index: 0, delta: {}, finish_reason: 'stop' }]);
    send([], { prompt_tokens: 50, completion_tokens: pieces, total_tokens: 50 + pieces });
    response.end('data: [DONE]\n\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    said: () => ({ pieces: said, lastSentAt }),
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
