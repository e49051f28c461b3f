import { join } from 'node:path';
import { type Child, startChild } from '../../local/processes/child.ts';
import { freePort } from '../../local/processes/free-port.ts';
import { waitForHttp } from '../../local/processes/wait-for-http.ts';
import type { Place } from './place.ts';

const projectDir = join(import.meta.dirname, '../..');

export interface Router {
  readonly url: string;
  readonly child: Child;
}

/**
 * Starts the request router as a container runs it. There is no RAG service: every answer is written without sources.
 *
 * @throws when it does not answer within a minute.
 */
export async function startRouter(place: Place, engineUrl: string): Promise<Router> {
  const [port, nobody] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const { PATH, HOME, TMPDIR, TZ, LD_LIBRARY_PATH } = process.env;
  const child = await startChild({
    command: process.execPath,
    args: [
      ...['--import', join(projectDir, 'local/processes/end-with-parent.preload.ts')],
      join(projectDir, 'functions/router/main.ts'),
    ],
    cwd: projectDir,
    logPath: join(place.dir, 'router.log'),
    env: {
      ...{ PATH, HOME, TMPDIR, TZ, LD_LIBRARY_PATH, LANG: 'C.UTF-8' },
      NODE_COMPILE_CACHE: join(place.dir, 'cache'),
      ...place.env,
      PORT: String(port),
      RAG_SERVICE_URL: `http://127.0.0.1:${nobody}`,
      VLLM_SERVICE_URL: engineUrl,
      ENGINE_CONTEXT_TOKENS: '2048',
      ANSWER_MODE: 'generative',
    },
  });
  try {
    await waitForHttp(`${url}/healthz`, { timeoutMs: 60_000, stillWorthIt: child.running, everyMs: 50 });
    return { url, child };
  } catch (error) {
    child.kill();
    await child.exited;
    throw error;
  }
}
