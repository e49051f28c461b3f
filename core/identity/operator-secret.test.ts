import { ResourceNotFoundException, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { expect, test } from 'vitest';
import { readOperatorSecret } from './operator-secret.ts';

const answering = (send: () => Promise<unknown>) => ({ send }) as unknown as SecretsManagerClient;
const holding = (text: string) => answering(async () => ({ SecretString: text }));
const none = { openAiApiKey: undefined, langsmithApiKey: undefined };

test('both keys are optional, and an empty one is not there', async () => {
  const read = (secret: object) => readOperatorSecret(holding(JSON.stringify(secret)), 'keys');
  expect(await read({})).toEqual(none);
  expect(await read({ OPENAI_API_KEY: '', LANGSMITH_API_KEY: '' })).toEqual(none);
  expect(await read({ OPENAI_API_KEY: 'a', LANGSMITH_API_KEY: 'b', OTHER: 1 })).toEqual({
    openAiApiKey: 'a',
    langsmithApiKey: 'b',
  });
});

test('a stage without the secret has no keys', async () => {
  const missing = answering(async () => {
    throw new ResourceNotFoundException({ message: 'no such secret', $metadata: {} });
  });
  expect(await readOperatorSecret(missing, 'keys')).toEqual(none);
});

test.each(['sk-plain', '[]', '{"OPENAI_API_KEY":7}', '"sk-plain"'])(
  'a secret that holds %s is refused by its name, never its content',
  async (text) => {
    const failure = await readOperatorSecret(holding(text), 'stage/keys').catch(String);
    expect(failure).toContain('stage/keys');
    expect(failure).not.toContain('sk-plain');
  },
);

test('a secret that may not be read fails the cold start', async () => {
  const denied = answering(async () => {
    throw new Error('AccessDeniedException');
  });
  await expect(readOperatorSecret(denied, 'stage/keys')).rejects.toThrow('stage/keys cannot be read');
});
