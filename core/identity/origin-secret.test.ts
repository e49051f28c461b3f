import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, test } from 'vitest';
import { readOriginCheck } from './origin-secret.ts';

const [previous, current, next] = ['p', 'c', 'n'].map((letter) => letter.repeat(32)) as [
  string,
  string,
  string,
];
const holding = (SecretString: string | undefined) =>
  ({ send: async () => ({ SecretString }) }) as unknown as SecretsManagerClient;
const checkOf = (secret: unknown) => readOriginCheck(holding(JSON.stringify(secret)), 'origin');

describe('the origin secret', () => {
  test('takes the previous, the current and the next value, and nothing else', async () => {
    const check = await checkOf({ accept: [previous, current, next] });
    expect([previous, current, next].map((value) => check?.(value))).toEqual([true, true, true]);
    const wrong = [
      undefined,
      '',
      current.slice(1),
      `${current}c`,
      current.toUpperCase(),
      `${current},${current}`,
      `${current}, ${current}`,
      ` ${current}`,
      JSON.stringify([current]),
      `${previous}${current}${next}`,
    ];
    expect(wrong.filter((value) => check?.(value))).toEqual([]);
  });

  test('is not looked for where the stage names none', async () => {
    const client = {
      send: async () => {
        throw new Error('asked');
      },
    } as unknown as SecretsManagerClient;
    expect(await readOriginCheck(client, undefined)).toBeUndefined();
  });

  test.each<[string, string | undefined]>([
    ['nothing', undefined],
    ['no JSON', current],
    ['another form', JSON.stringify([previous, current, next])],
    ['no values', JSON.stringify({ accept: [] })],
    ['two values', JSON.stringify({ accept: [previous, current] })],
    ['four values', JSON.stringify({ accept: [previous, current, next, next] })],
    ['a value of 31 characters', JSON.stringify({ accept: [previous, current.slice(1), next] })],
    ['a value that no header carries', JSON.stringify({ accept: [previous, `${current}\n`, next] })],
    ['a value with a comma', JSON.stringify({ accept: [previous, `${current},`, next] })],
    ['a value that is no text', JSON.stringify({ accept: [previous, 7, next] })],
  ])('that holds %s fails the cold start with its name and not its content', async (_what, text) => {
    const failure = await readOriginCheck(holding(text), 'stage/origin').catch((error: unknown) => error);
    expect(String(failure)).toContain('stage/origin');
    expect(String(failure)).not.toMatch(/p{5}|c{5}|n{5}/);
    expect((failure as Error).cause).toBeUndefined();
  });

  test('that cannot be read fails the cold start with its name', async () => {
    const client = { send: () => Promise.reject(new Error('no such thing')) };
    await expect(readOriginCheck(client as unknown as SecretsManagerClient, 'stage/origin')).rejects.toThrow(
      'stage/origin',
    );
  });
});
