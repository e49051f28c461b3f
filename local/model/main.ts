/** The local engine's process: a small real model behind the API of a large one, on the loopback interface. */
import { serve } from '@hono/node-server';
import { endWithParent } from '../processes/end-with-parent.ts';
import { createModelApp } from './app.ts';
import { loadLlamaEngine } from './engine.llama.ts';

const port = Number(process.env.PORT);
const modelPath = process.env.MODEL_PATH;
if (!Number.isInteger(port) || !modelPath) throw new Error('PORT and MODEL_PATH must be set');
endWithParent();

const engine = await loadLlamaEngine(modelPath, Number(process.env.MODEL_CONTEXT_TOKENS ?? 2048));
const app = createModelApp({
  engine,
  model: process.env.MODEL_NAME ?? 'SmolLM2-135M-Instruct',
  maxWaiting: 64,
  ...(process.env.VLLM_API_KEY && { apiKey: process.env.VLLM_API_KEY }),
});
serve({ fetch: app.fetch, port, hostname: '127.0.0.1' });
process.once('SIGTERM', () => process.exit(0));
