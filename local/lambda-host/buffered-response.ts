/** An HTTP response whose body is all there. */
export interface BufferedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: Buffer;
}

/**
 * What a function URL makes of a buffered handler's result (payload format 2.0): an object with `statusCode` is a
 * response; anything else is the JSON body of a 200.
 */
export function bufferedResponse(result: unknown): BufferedResponse {
  if (!isResponse(result)) {
    const text = typeof result === 'string' ? result : JSON.stringify(result ?? null);
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      cookies: [],
      body: Buffer.from(text),
    };
  }
  const text = typeof result.body === 'string' ? result.body : JSON.stringify(result.body ?? '');
  return {
    status: Number(result.statusCode),
    headers: textValues(result.headers),
    cookies: Array.isArray(result.cookies) ? result.cookies.map(String) : [],
    body: Buffer.from(
      result.body === undefined || result.body === null ? '' : text,
      result.isBase64Encoded ? 'base64' : 'utf8',
    ),
  };
}

interface ResultObject {
  readonly statusCode: number | string;
  readonly headers?: unknown;
  readonly cookies?: unknown;
  readonly body?: unknown;
  readonly isBase64Encoded?: unknown;
}

const isResponse = (result: unknown): result is ResultObject =>
  typeof result === 'object' && result !== null && 'statusCode' in result;

function textValues(headers: unknown): Record<string, string> {
  if (typeof headers !== 'object' || headers === null) return {};
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}
