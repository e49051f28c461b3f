import { z } from 'zod';
import type { BufferedResponse } from './buffered-response.ts';
import type { Prelude } from './response-stream.ts';

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const result = z.object({
  statusCode: z.coerce.number().int(),
  headers: z.record(z.string(), text).nullish(),
  multiValueHeaders: z.record(z.string(), z.array(text)).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/**
 * What a REST API makes of a buffered handler's result
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html): of a header
 * that is named in both maps, the list counts.
 *
 * @returns `undefined` for a result of any other form, to which a REST API answers 502.
 */
export function restApiResponse(value: unknown): BufferedResponse | undefined {
  const parsed = result.safeParse(value);
  if (!parsed.success) return undefined;
  const { statusCode, headers, multiValueHeaders, body, isBase64Encoded } = parsed.data;
  return {
    status: statusCode,
    ...mergedHeaders(headers ?? {}, multiValueHeaders ?? {}),
    body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'),
  };
}

/** Headers and cookies that the prelude of a stream names, which may have cookies in a list of their own, too. */
export function restApiPrelude(prelude: Prelude): Pick<BufferedResponse, 'headers' | 'cookies'> {
  const { headers, cookies } = mergedHeaders(prelude.headers ?? {}, prelude.multiValueHeaders ?? {});
  return { headers, cookies: [...cookies, ...(prelude.cookies ?? [])] };
}

function mergedHeaders(
  single: Readonly<Record<string, string>>,
  multiple: Readonly<Record<string, readonly string[]>>,
): Pick<BufferedResponse, 'headers' | 'cookies'> {
  const all = new Map<string, readonly string[]>();
  for (const [name, one] of Object.entries(single)) all.set(name.toLowerCase(), [one]);
  for (const [name, many] of Object.entries(multiple)) all.set(name.toLowerCase(), many);
  const cookies = all.get('set-cookie') ?? [];
  all.delete('set-cookie');
  return {
    headers: Object.fromEntries([...all].map(([name, values]) => [name, values.join(', ')])),
    cookies,
  };
}
