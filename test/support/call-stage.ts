import { inject } from 'vitest';

/** What the shared stage says to whoever comes with this credential; bodies are objects as JSON, or forms. */
export async function callStage(
  credential: string,
  method: string,
  path: string,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
) {
  const form = body instanceof FormData;
  const response = await fetch(`${inject('stageUrl')}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${credential}`,
      accept: 'application/json',
      ...(body !== undefined && !form && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: form ? body : JSON.stringify(body) }),
  });
  return { status: response.status, json: JSON.parse(await response.text()) };
}
