import { randomBytes } from 'node:crypto';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, test } from 'vitest';
import { readKeyPepper } from './key-pepper.ts';

const holding = (SecretString: string | undefined) =>
  ({ send: async () => ({ SecretString }) }) as unknown as SecretsManagerClient;
/** 32 bytes of 0x69: "aWlp..." and a last letter that carries two bits of nothing. */
const pepper = Buffer.alloc(32, 0x69).toString('base64url');

describe('the pepper of API keys', () => {
  test('is read as the bytes that it spells', async () => {
    for (const bytes of [Buffer.alloc(32), ...Array.from({ length: 50 }, () => randomBytes(32))]) {
      const text = JSON.stringify({ pepper: bytes.toString('base64url') });
      expect(Buffer.from(await readKeyPepper(holding(text), 'stage/pepper')).equals(bytes)).toBe(true);
    }
  });

  test.each<[string, string | undefined]>([
    ['nothing', undefined],
    ['no JSON', pepper],
    ['a text alone', JSON.stringify(pepper)],
    ['another member', JSON.stringify({ peper: pepper })],
    ['no text', JSON.stringify({ pepper: 7 })],
    ['31 bytes', JSON.stringify({ pepper: Buffer.alloc(31, 0x69).toString('base64url') })],
    ['33 bytes', JSON.stringify({ pepper: Buffer.alloc(33, 0x69).toString('base64url') })],
    ['padding', JSON.stringify({ pepper: `${pepper}=` })],
    ['a second spelling of 32 bytes', JSON.stringify({ pepper: `${pepper.slice(0, -1)}l` })],
    ['a line break', JSON.stringify({ pepper: `${pepper}\n` })],
    ['letters of plain base64', JSON.stringify({ pepper: `+/${pepper.slice(2)}` })],
  ])('that holds %s fails the cold start with its name and not its content', async (_what, text) => {
    const failure = await readKeyPepper(holding(text), 'stage/pepper').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect(String(failure)).toContain('stage/pepper');
    expect(String(failure)).not.toMatch(/aWlp|lpa/);
    expect((failure as Error).cause).toBeUndefined();
  });

  test('that cannot be read fails the cold start with its name', async () => {
    const client = { send: () => Promise.reject(new Error('no such thing')) };
    await expect(readKeyPepper(client as unknown as SecretsManagerClient, 'stage/pepper')).rejects.toThrow(
      'stage/pepper',
    );
  });
});
