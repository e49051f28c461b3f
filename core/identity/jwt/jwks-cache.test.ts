import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { signingKey } from '../../../test/support/signed-tokens.ts';
import { createJwksCache } from './jwks-cache.ts';

const [a, b] = [signingKey('ES256', 'a'), signingKey('EdDSA', 'b')];
const set = (...keys: readonly { readonly jwk: object }[]) => ({ keys: keys.map(({ jwk }) => jwk) });
const json = (value: unknown) => async () => Response.json(value);
const down = async (): Promise<Response> => {
  throw new TypeError('fetch failed');
};
const minuteMs = 60_000;

/** A cache whose clock and issuer the test moves. */
function stand(answer: () => Promise<Response> = json(set(a)), timeoutMs = 50) {
  const fetch = vi.fn((_address: string, _init: RequestInit) => state.answer());
  const state = { nowMs: 1_000_000, answer };
  const cache = createJwksCache({
    address: 'https://issuer.example/jwks',
    fetch,
    now: () => state.nowMs,
    timeoutMs,
  });
  return { cache, fetch, state, kids: async (kid?: string) => (await cache.keys(kid)).map((key) => key.kid) };
}

describe('keys of an issuer', () => {
  it('are fetched once for all who wait, and then held for ten minutes', async () => {
    const { fetch, state, kids } = stand();
    await Promise.all(Array.from({ length: 50 }, () => kids('a')));
    state.nowMs += 10 * minuteMs - 1;
    expect(await kids('a')).toEqual(['a']);
    expect(fetch).toHaveBeenCalledTimes(1);
    state.nowMs += 1;
    await Promise.all([kids('a'), kids('a')]);
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  it('are asked for at the address of the settings, without following it elsewhere', async () => {
    const { fetch, kids } = stand();
    await kids('https://evil.example/');
    expect(fetch.mock.calls.map(([address]) => address)).toEqual(['https://issuer.example/jwks']);
    expect(fetch.mock.calls[0]?.[1]).toMatchObject({ redirect: 'error' });
  });

  it('are fetched again when a token names a new one', async () => {
    const { fetch, state, kids } = stand();
    await kids('a');
    state.answer = json(set(a, b));
    state.nowMs += 30_000;
    expect(await kids('b')).toEqual(['b']);
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  it('are fetched every 30 s at most under a flood of made-up names, which does not hold up others', async () => {
    const { fetch, state, kids } = stand();
    for (let i = 0; i < 3_000; i += 1) {
      expect(await kids(`made-up-${i}`)).toEqual([]);
      expect(await kids('a')).toEqual(['a']);
      state.nowMs += 100;
    }
    // 300 s: the first fetch and one each 30 s.
    expect(fetch).toHaveBeenCalledTimes(10);
  });

  it('that are withdrawn are gone after ten minutes', async () => {
    const { state, kids } = stand(json(set(a, b)));
    await kids('a');
    state.answer = json(set(b));
    state.nowMs += 10 * minuteMs;
    expect(await kids('a')).toEqual([]);
    expect(await kids()).toEqual(['b']);
  });

  it('serve for 24 h while the issuer is down, asked for every 30 s, and no longer', async () => {
    const { fetch, state, kids } = stand();
    await kids('a');
    state.answer = down;
    state.nowMs += 10 * minuteMs;
    for (let i = 0; i < 60; i += 1) {
      expect(await kids('a')).toEqual(['a']);
      state.nowMs += 1_000;
    }
    expect(fetch).toHaveBeenCalledTimes(3);
    state.nowMs = 1_000_000 + 24 * 60 * minuteMs - 1;
    expect(await kids('a')).toEqual(['a']);
    state.nowMs += 1;
    await expect(kids('a')).rejects.toMatchObject({ reason: 'keys-unavailable' });
    state.answer = json(set(a));
    state.nowMs += 30_000;
    expect(await kids('a')).toEqual(['a']);
  });

  it('do not make those wait whose key is known, once the issuer is known to be down', async () => {
    const { state, kids } = stand();
    await kids('a');
    state.answer = down;
    state.nowMs += 10 * minuteMs;
    await kids('a');
    state.nowMs += 30_000;
    state.answer = () => new Promise(() => {});
    expect(await Promise.race([kids('a'), new Promise((done) => setTimeout(done, 30, 'waits'))])).toEqual([
      'a',
    ]);
  });

  it('are waited for when the outage may long be over, so that a withdrawn one is not taken', async () => {
    const { state, kids } = stand();
    await kids('a');
    state.answer = down;
    state.nowMs += 10 * minuteMs;
    await kids('a');
    state.answer = json(set(b));
    state.nowMs += minuteMs;
    expect(await kids('a')).toEqual([]);
  });

  it('are read no further than 64 KB', async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1_024;
        controller.enqueue(new Uint8Array(1_024).fill(0x20));
      },
    });
    const { kids } = stand(async () => new Response(endless), 2_000);
    await expect(kids('a')).rejects.toMatchObject({ reason: 'keys-unavailable' });
    expect(sent).toBeLessThan(80_000);
  });

  it('that were never had are asked for every 2 s at most, and the token is not to blame', async () => {
    const { fetch, state, kids } = stand(down);
    for (let i = 0; i < 100; i += 1) {
      await expect(kids(`k${i}`)).rejects.toMatchObject({ reason: 'keys-unavailable' });
      state.nowMs += 100;
    }
    expect(fetch).toHaveBeenCalledTimes(5);
  });

  it('survive a clock that is set back', async () => {
    const { fetch, state, kids } = stand();
    await kids('a');
    state.answer = down;
    state.nowMs -= 60 * minuteMs;
    for (let i = 0; i < 20; i += 1) expect(await kids('a')).toEqual(['a']);
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  it('that are of no use are left out, and the others kept', async () => {
    const odd = [
      7,
      { kty: 'oct', k: 'c2VjcmV0', kid: 'oct' },
      { ...a.jwk, kid: 'enc', use: 'enc' },
      { ...a.jwk, kid: 'ops', key_ops: ['sign'] },
      { ...a.jwk, kid: 'alg', alg: 'ES384' },
      { ...a.jwk, kid: 'private', d: 'AAAA' },
      { ...a.jwk, kid: 'off', x: a.jwk.y },
      { ...b.jwk, kid: 'new-name', alg: 'Ed25519' },
      { ...a.jwk, kid: 'x'.repeat(201) },
      { kty: 'RSA', kid: 'huge', n: Buffer.alloc(2_000, 255).toString('base64url'), e: 'AQAB' },
      { kty: 'RSA', kid: 'e1', n: Buffer.alloc(256, 255).toString('base64url'), e: 'AQ' },
    ];
    const { kids } = stand(json({ keys: [...odd, b.jwk], more: 1 }));
    expect(await kids()).toEqual(['new-name', 'b']);
  });

  it.each([
    ['another status', async () => Response.json(set(b), { status: 203 })],
    ['an error', async () => Response.json(set(b), { status: 500 })],
    ['no JSON', async () => new Response('<html>')],
    ['a member twice', async () => new Response('{"keys":[],"keys":[]}')],
    ['no set', json({ key: [] })],
    ['too many keys', json({ keys: Array.from({ length: 101 }, () => b.jwk) })],
    ['too many bytes', async () => new Response(`${JSON.stringify(set(b))}${' '.repeat(65_536)}`)],
    ['nothing', async () => new Response(null)],
    ['silence', () => new Promise<Response>(() => {})],
    ['a body that does not end', async () => new Response(new ReadableStream({}))],
  ])('stay as they were after %s', async (_name, answer) => {
    const { state, kids } = stand();
    await kids('a');
    state.answer = answer;
    state.nowMs += 10 * minuteMs;
    expect(await kids('b')).toEqual([]);
    expect(await kids('a')).toEqual(['a']);
  });
});

describe('over the network', () => {
  const closing: (() => void)[] = [];
  afterEach(() => {
    for (const close of closing.splice(0)) close();
  });

  async function served(
    routes: Record<string, { status?: number; headers?: object; body: Buffer | string }>,
  ) {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(String(request.url));
      const { status = 200, headers = {}, body } = routes[String(request.url)] ?? { status: 404, body: '' };
      response.writeHead(status, { ...headers });
      response.end(body);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    closing.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    const cache = createJwksCache({ address: `http://127.0.0.1:${port}/jwks`, fetch, now: Date.now });
    return { cache, asked };
  }

  it('keys come', async () => {
    const { cache } = await served({ '/jwks': { body: JSON.stringify(set(a)) } });
    expect(await cache.keys('a')).toHaveLength(1);
  });

  it('a redirect is not followed', async () => {
    const { cache, asked } = await served({
      '/jwks': { status: 302, headers: { location: '/other' }, body: '' },
      '/other': { body: JSON.stringify(set(a)) },
    });
    await expect(cache.keys('a')).rejects.toMatchObject({ reason: 'keys-unavailable' });
    expect(asked).toEqual(['/jwks']);
  });

  it('a small answer that unpacks to a large one is cut off', async () => {
    const body = gzipSync(`${JSON.stringify(set(a))}${' '.repeat(50_000_000)}`);
    const { cache } = await served({ '/jwks': { headers: { 'content-encoding': 'gzip' }, body } });
    await expect(cache.keys('a')).rejects.toMatchObject({ reason: 'keys-unavailable' });
  });
});
