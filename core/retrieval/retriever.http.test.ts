import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { vouchForTenant } from '../tenants/tenant-id.ts';
import { createHttpRetriever } from './retriever.http.ts';
import { RetrievalUnavailable } from './retriever.ts';
import type { RetrieveResponse } from './schema.ts';

const tenant = vouchForTenant('t1');
const request = { query: 'hello', routes: [], k: 8, groups: [] };
const chunk = {
  id: 'c1',
  tenant_id: 't1',
  document_id: 'd1',
  version: 1,
  title: 'Title',
  text: 'Text',
  start: 0,
  end: 4,
  score: 0.5,
};
const answer: RetrieveResponse = { routes: [], chunks: [chunk], evidence: [], revision: 3 };

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function service(listener: RequestListener, timeoutMs = 1_000, received?: (text: string) => void) {
  let calls = 0;
  const server = createServer((req, res) => {
    calls++;
    req.on('data', (part) => received?.(String(part))).on('end', () => listener(req, res));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const signer = async (t: string, audience: string) => `${t}-for-${audience}`;
  return { retriever: createHttpRetriever({ url, signer, timeoutMs }), calls: () => calls };
}
const answering = (body: unknown, status = 200): RequestListener => {
  return (_, res) => res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

describe('the RAG service over HTTP', () => {
  it('asks with a token for the tenant and gives back the answer', async () => {
    let token: string | undefined;
    const { retriever } = await service((req, res) => {
      token = req.headers.authorization;
      answering(answer)(req, res);
    });
    expect(await retriever.retrieve(tenant, request)).toEqual(answer);
    expect(token).toBe('Bearer t1-for-rag');
  });

  it('tells the service whose groups ask', async () => {
    let body = '';
    const server = await service(
      (req, res) => answering(answer)(req, res),
      1_000,
      (text) => {
        body += text;
      },
    );
    await server.retriever.retrieve(tenant, { ...request, groups: ['staff', 'board'] });
    expect(JSON.parse(body)).toEqual({ ...request, groups: ['staff', 'board'] });
  });

  it("does not trust an answer that holds another tenant's chunk, or another form", async () => {
    for (const body of [
      { ...answer, chunks: [chunk, { ...chunk, id: 'c2', tenant_id: 't2' }] },
      { ...answer, revision: 'three' },
      { ...answer, routes: [{ id: 'NOT_ASKED', score: 1 }] },
      { ...answer, evidence: [{ chunk_id: 'c9', text: 'x', start: 0, end: 1, score: 1 }] },
    ]) {
      const { retriever } = await service(answering(body));
      await expect(retriever.retrieve(tenant, request)).rejects.toBeInstanceOf(RetrievalUnavailable);
    }
  });

  it('is unavailable when the answer does not come in time or the service says so', async () => {
    const silent = await service(() => {}, 50);
    await expect(silent.retriever.retrieve(tenant, request)).rejects.toThrow(/within 50 ms/);
    const failing = await service(answering({}, 503));
    await expect(failing.retriever.retrieve(tenant, request)).rejects.toBeInstanceOf(RetrievalUnavailable);
  });

  it('shows a mistake of the caller as an error, not as unavailability', async () => {
    const { retriever } = await service(answering({ detail: 'query is too long' }, 422));
    const error = await retriever.retrieve(tenant, request).catch((e: unknown) => e);
    expect(error).not.toBeInstanceOf(RetrievalUnavailable);
    expect(String(error)).toMatch(/422.*query is too long/);
  });

  it('ends with the caller, without counting against the service', async () => {
    const { retriever } = await service(() => {});
    for (let i = 0; i < 7; i++) {
      const leaving = new AbortController();
      const asked = retriever.retrieve(tenant, request, leaving.signal);
      leaving.abort(new Error('the caller left'));
      await expect(asked).rejects.toThrow('the caller left');
    }
  });

  it('is not asked for a moment after five missing answers, and again soon', {
    timeout: 10_000,
  }, async () => {
    let down = true;
    const { retriever, calls } = await service((req, res) => {
      if (down) req.socket.destroy();
      else answering(answer)(req, res);
    });
    for (let i = 0; i < 8; i++) {
      await expect(retriever.retrieve(tenant, request)).rejects.toBeInstanceOf(RetrievalUnavailable);
    }
    const callsWhileDown = calls();
    down = false;
    await expect(retriever.retrieve(tenant, request)).rejects.toThrow(/for a moment/);
    expect(calls()).toBe(callsWhileDown);
    await sleep(2_100);
    expect(await retriever.retrieve(tenant, request)).toEqual(answer);
  });

  it('refuses nobody once the service is back and asked again', { timeout: 10_000 }, async () => {
    let down = true;
    const { retriever } = await service((req, res) => {
      if (down) req.socket.destroy();
      else setTimeout(() => answering(answer)(req, res), 50);
    });
    for (let i = 0; i < 6; i++) await expect(retriever.retrieve(tenant, request)).rejects.toThrow();
    down = false;
    await sleep(2_100);
    const all = await Promise.all(Array.from({ length: 20 }, () => retriever.retrieve(tenant, request)));
    expect(all).toEqual(Array.from({ length: 20 }, () => answer));
  });

  it('is not left alone because of requests from before it came back', async () => {
    let hangs = true;
    const { retriever } = await service((req, res) => {
      if (!hangs) answering(answer)(req, res);
    }, 300);
    const before = Array.from({ length: 6 }, () => retriever.retrieve(tenant, request));
    const ended = Promise.allSettled(before);
    await sleep(100);
    hangs = false;
    expect(await retriever.retrieve(tenant, request)).toEqual(answer);
    expect((await ended).map(({ status }) => status)).toEqual(before.map(() => 'rejected'));
    expect(await retriever.retrieve(tenant, request)).toEqual(answer);
  });

  it('keeps nobody longer than the deadline who waits for another to try it again', {
    timeout: 10_000,
  }, async () => {
    const timeoutMs = 600;
    let refuses = true;
    let tries = 0;
    const { retriever } = await service((req, res) => {
      if (refuses) req.socket.destroy();
      // The first try gets its answer late, but in time; the others never.
      else if (++tries === 1) setTimeout(() => answering(answer)(req, res), 400);
    }, timeoutMs);
    for (let i = 0; i < 5; i++) await expect(retriever.retrieve(tenant, request)).rejects.toThrow();
    refuses = false;
    await sleep(2_100);
    const took = async (asked: Promise<unknown>) => {
      const startedMs = performance.now();
      await asked.catch(() => {});
      return performance.now() - startedMs;
    };
    const leaving = new AbortController();
    const asked = [
      took(retriever.retrieve(tenant, request)),
      took(retriever.retrieve(tenant, request)),
      took(retriever.retrieve(tenant, request, leaving.signal)),
    ];
    leaving.abort(new Error('the caller left'));
    const [first, second, third] = (await Promise.all(asked)) as [number, number, number];
    expect(first).toBeLessThan(timeoutMs);
    expect(second).toBeLessThan(timeoutMs + 250);
    expect(third).toBeLessThan(250);
    expect(tries).toBe(2);
  });

  it('counts the time for the token too', async () => {
    const signer = () => new Promise<string>(() => {});
    const retriever = createHttpRetriever({ url: 'http://127.0.0.1:9', signer, timeoutMs: 50 });
    await expect(retriever.retrieve(tenant, request)).rejects.toThrow(/within 50 ms/);
  });

  it("keeps asking for others while one tenant's index answers 503", async () => {
    let fails = true;
    const { retriever } = await service((req, res) =>
      answering(fails ? {} : answer, fails ? 503 : 200)(req, res),
    );
    for (let i = 0; i < 8; i++) await expect(retriever.retrieve(tenant, request)).rejects.toThrow();
    fails = false;
    expect(await retriever.retrieve(tenant, request)).toEqual(answer);
  });
});
