import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { createModelApp } from '../../local/model/app.ts';
import type { Engine } from '../../local/model/engine.ts';
import { startChild } from '../../local/processes/child.ts';
import { freePort } from '../../local/processes/free-port.ts';
import { waitForHttp } from '../../local/processes/wait-for-http.ts';

/** What the engine's own counters say. */
export interface Counters {
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Requests that it works at, or that wait. */
  readonly busy: number;
}

export interface CountedEngine {
  readonly name: string;
  readonly url: string;
  counters(): Promise<Counters>;
  stop(): Promise<void>;
}

const model = 'settled';
const slots = 8;

/**
 * The local engine's server with a quick writer of made-up words behind it: as many answers at once as an engine with
 * batches has, each at a pace of its own.
 */
export async function startQuickEngine(random: () => number): Promise<CountedEngine> {
  const apps = Array.from({ length: slots }, () =>
    createModelApp({ engine: quickWriter(random), model, maxWaiting: 64 }),
  );
  let turn = 0;
  const all = new Hono();
  all.get('/metrics', async (c) => {
    const texts = await Promise.all(apps.map(async (app) => (await app.request('/metrics')).text()));
    return c.text(texts.join(''));
  });
  all.all('*', (c) => {
    turn = (turn + 1) % slots;
    return apps[turn]?.fetch(c.req.raw, c.env) ?? c.notFound();
  });
  const server = serve({ fetch: all.fetch, hostname: '127.0.0.1', port: 0 });
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    name: 'quick writer',
    url,
    counters: () => countersAt(url),
    stop: () =>
      new Promise((resolve) => {
        if ('closeAllConnections' in server) server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** The small model in a process of its own, as a local stage has it. */
export async function startSmallModel(dir: string, modelPath: string): Promise<CountedEngine> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const projectDir = join(import.meta.dirname, '../..');
  const child = await startChild({
    command: process.execPath,
    args: [join(projectDir, 'local/model/main.ts')],
    cwd: projectDir,
    env: { ...process.env, PORT: String(port), MODEL_PATH: modelPath },
    logPath: join(dir, 'model.log'),
  });
  try {
    await waitForHttp(`${url}/health`, { timeoutMs: 60_000, stillWorthIt: child.running });
  } catch (error) {
    child.kill();
    throw error;
  }
  return { name: 'small model', url, counters: () => countersAt(url), stop: () => child.stop() };
}

async function countersAt(url: string): Promise<Counters> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const sum = (name: string) =>
    [...text.matchAll(new RegExp(`^vllm:${name}\\{.*\\} (\\d+)$`, 'gm'))].reduce(
      (all, [, value]) => all + Number(value),
      0,
    );
  return {
    promptTokens: sum('prompt_tokens_total'),
    completionTokens: sum('generation_tokens_total'),
    busy: sum('num_requests_running') + sum('num_requests_waiting'),
  };
}

/** Writes 5 to 150 words, 1 to 30 ms apart, now and then some at once; a third of the answers take over two seconds. */
function quickWriter(random: () => number): Engine {
  return {
    contextTokens: 2048,
    async generate(request, onToken, signal) {
      const promptTokens = request.prompt.reduce((all, { text }) => all + text.split(/\s+/).length, 0);
      const words = Math.min(request.maxTokens ?? 150, 5 + Math.floor(random() * 145));
      const paceMs = 1 + random() * 29;
      await sleep(random() * 40);
      for (let n = 1; n <= words; n++) {
        signal.throwIfAborted();
        onToken(`word${n} `, { promptTokens, completionTokens: n, cachedTokens: 0 });
        if (random() < 0.9) await sleep(paceMs);
      }
      signal.throwIfAborted();
      return { finishReason: 'stop', promptTokens, completionTokens: words, cachedTokens: 0 };
    },
  };
}
