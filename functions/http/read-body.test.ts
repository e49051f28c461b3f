import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readBytes, readJson } from './read-body.ts';

const requestOf = (headers: Record<string, string>, body = '{"a":1}') =>
  new Request('http://h/', { method: 'POST', headers, body });
const read = (headers: Record<string, string>) =>
  readJson(requestOf(headers), z.object({ a: z.number() }), 100).catch((error) => [
    error.code,
    error.errors?.[0]?.field,
  ]);

describe('a JSON body', () => {
  test.each([
    'application/json',
    'Application/JSON',
    'application/json;charset=utf-8',
    'application/json; charset=UTF-8',
    'application/json; charset="utf-8"',
    'application/json; version=1',
    'application/json;',
  ])('is taken as %s', async (type) => {
    expect(await read({ 'content-type': type })).toEqual({ a: 1 });
  });

  test.each([
    '',
    'text/plain',
    'text/json',
    'application/json5',
    'application/problem+json',
    'application/json; charset=utf-16',
    'application/json; charset=latin1',
    'application/json; charset=utf-7',
    'application/json; charset=',
    'application/json; charset="utf-8',
    'application/json; charset = utf-16',
    'application/json; charset=utf-8; charset=utf-16',
    'application/json; charset=utf-8; charset=utf-8',
    'application/json; CHARSET=utf-16',
    'application/json, application/json',
    'application/json, text/plain',
    'application/json; charset=utf-8, text/plain',
    'application/json; a="x, text/plain"',
    'text/plain, application/json',
  ])('is refused as %j', async (type) => {
    expect(await read({ 'content-type': type })).toEqual(['unsupported-media-type', 'header:content-type']);
  });

  test('with a type that was sent twice is refused', async () => {
    const request = requestOf({ 'content-type': 'application/json' });
    request.headers.append('content-type', 'application/json');
    await expect(readJson(request, z.object({}), 100)).rejects.toMatchObject({
      code: 'unsupported-media-type',
    });
  });
});

describe('a body of any kind', () => {
  test.each(['gzip', 'br', 'deflate', 'x', 'identity, gzip', 'identity, identity', 'gzip, identity'])(
    'is refused when it is packed: %s',
    async (encoding) => {
      const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
      const refused = ['unsupported-media-type', 'header:content-encoding'];
      expect(await read(headers)).toEqual(refused);
      await expect(readBytes(requestOf(headers), 100)).rejects.toMatchObject({ code: refused[0] });
    },
  );

  test('is taken when it says that it is not', async () => {
    expect(await read({ 'content-type': 'application/json', 'content-encoding': 'Identity' })).toEqual({
      a: 1,
    });
  });
});
