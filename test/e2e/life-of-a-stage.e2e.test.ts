import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteStateMachineCommand, ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { awsEnv } from '../../local/aws/ministack.ts';
import { physical } from '../../local/aws/names.ts';
import { freePort } from '../../local/processes/free-port.ts';
import { waitForHttp } from '../../local/processes/wait-for-http.ts';
import { type Client, clientOf } from '../support/client.ts';
import { type ScriptedEngine, startScriptedEngine } from '../support/scripted-engine.ts';
import { type RunningStage, startStage } from '../support/stage.ts';

/** One stage of its own whose parts are killed, stopped and started again, in the order of the tests. */
let dir: string;
let stage: RunningStage;
let t1: Client;
const question = 'Which is cheaper, Gala apples at Mill Lane Co-op or at Greenleaf Market?';

async function start(env: Record<string, string> = {}): Promise<void> {
  stage = await startStage({ dir, env });
  t1 = clientOf(stage.url, 't1');
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'atrium-life-'));
  await start();
});
afterAll(async () => {
  await stage.stop();
  await rm(dir, { recursive: true, force: true });
});

/** Asks again and again until an answer is as wanted. */
async function until(
  query: string,
  wanted: (answer: Awaited<ReturnType<Client['ask']>>) => boolean,
  withinMs: number,
) {
  const end = Date.now() + withinMs;
  for (;;) {
    const answer = await t1.ask(query);
    if (wanted(answer)) return answer;
    if (Date.now() > end) throw new Error(`not within ${withinMs} ms: ${JSON.stringify(answer.events)}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

describe('kill -9 of the RAG service', () => {
  test('the answer says that the documents were not searched, and quotes nothing', async () => {
    await stage.kill('rag');
    const answer = await t1.ask(question);
    expect(answer.one('route')).toEqual({ route: 'GENERAL', confidence: 0 });
    expect(answer.one('retrieval')).toEqual({ chunks: [], unavailable: true });
    expect(answer.text).toContain('cannot be searched');
    expect(answer.all('citation')).toEqual([]);
    expect(answer.one('done').degraded).toBe(true);
    expect((await fetch(`${stage.url}/healthz`)).status).toBe(503);
  });

  test('once the service is back, answers are cited again', async () => {
    const answer = await until(question, (a) => a.all('citation').length > 0, 40_000);
    expect(answer.one('done').degraded).toBe(false);
  });
});

describe('kill -9 of the model server', () => {
  test('quotations go on; a turn that only the model can write is unavailable, in so many words', async () => {
    await stage.kill('model');
    expect((await t1.ask(question)).all('citation').length).toBeGreaterThan(0);
    const answer = await t1.ask('Hello!');
    expect(answer.one('error')).toMatchObject({ type: 'urn:atrium:problem:unavailable', status: 503 });
    expect(answer.all('done')).toEqual([]);
  });

  test('once the model is back, it writes again', async () => {
    const answer = await until('Hello!', (a) => a.all('done').length > 0, 40_000);
    expect(answer.one('usage').completion_tokens).toBeGreaterThan(0);
  });
});

test('with the state machine removed a new document never becomes ready', async () => {
  const aws = (await stage.parts()).find(({ name }) => name === 'aws')?.url ?? '';
  const states = new SFNClient({
    endpoint: aws,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const { stateMachines } = await states.send(new ListStateMachinesCommand({}));
  for (const { stateMachineArn } of stateMachines ?? [])
    await states.send(new DeleteStateMachineCommand({ stateMachineArn }));
  const documentId = await t1.upload('orphan.txt', `Nobody reads this page of ${new Date().toISOString()}.`);
  await expect(t1.settled(documentId, 10_000)).rejects.toThrow('still queued');
});

test('stopped and started again, the same question still answers; the waiting document is read', async () => {
  await stage.stop();
  await start();
  expect((await t1.ask(question)).all('citation').length).toBeGreaterThan(0);
});

describe('another engine by configuration alone', () => {
  let engine: ScriptedEngine;
  beforeAll(async () => {
    engine = await startScriptedEngine(6, 300);
    await stage.stop();
    await start({ VLLM_SERVICE_URL: engine.url });
  });
  afterAll(() => engine.stop());

  test('random tokens reach the client as they are said, the first before the last was sent', async () => {
    let firstTokenAt = 0;
    const answer = await t1.ask(question, ({ event }) => {
      if (event === 'token') firstTokenAt ||= performance.now();
    });
    const { pieces, lastSentAt } = engine.said();
    console.log(
      `first token at the client ${Math.round(lastSentAt - firstTokenAt)} ms before the engine sent its last`,
    );
    expect(pieces).toHaveLength(6);
    expect(answer.text.trim()).toBe(pieces.join('').trim());
    expect(firstTokenAt).toBeLessThan(lastSentAt);
    expect(answer.one('usage')).toMatchObject({ prompt_tokens: 50, completion_tokens: 6 });
  });
});

describe('the orchestrator as a service of its own', () => {
  let service: ChildProcess;
  beforeAll(async () => {
    const port = await freePort();
    await stage.stop();
    await start({ ORCHESTRATOR_URL: `http://127.0.0.1:${port}` });
    const urlOf = (part: string) => stage.parts().find(({ name }) => name === part)?.url ?? '';
    service = spawn(process.execPath, ['functions/orchestrator/main.ts'], {
      stdio: 'inherit',
      env: {
        PATH: process.env.PATH,
        ...awsEnv(urlOf('aws')),
        PORT: String(port),
        SERVICE_KEYS_SECRET_NAME: physical('service-keys'),
        RAG_SERVICE_URL: urlOf('rag'),
        VLLM_SERVICE_URL: urlOf('model'),
        ANSWER_MODE: 'extractive',
      },
    });
    await waitForHttp(`http://127.0.0.1:${port}/healthz`, { timeoutMs: 30_000 });
  });

  test('answers over the network as it does in the process', async () => {
    const answer = await t1.ask(question);
    expect(answer.all('citation').length).toBeGreaterThan(0);
    expect(answer.one('route').route).toBe('PRICE_COMPARE');
  });

  test('when it is gone, the stream ends with an error that says so', async () => {
    service.kill('SIGKILL');
    await once(service, 'exit');
    const answer = await t1.ask(question);
    expect(answer.one('error')).toMatchObject({ status: 503 });
    expect(answer.all('done')).toEqual([]);
  });
});
