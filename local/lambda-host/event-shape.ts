import { type BufferedResponse, bufferedResponse } from './buffered-response.ts';
import { functionUrlEvent } from './function-url-event.ts';
import { integrationContentType, type Prelude } from './response-stream.ts';
import { restApiEvent } from './rest-api-event.ts';
import { restApiPrelude, restApiResponse } from './rest-api-response.ts';
import type { WireRequest } from './wire-request.ts';

/** What stands between HTTP and a function: how it tells of a request, and what it makes of the answer. */
export interface EventShape {
  readonly eventOf: (request: WireRequest) => { readonly headers: Readonly<Record<string, unknown>> };
  /** The response that a buffered result stands for, or `undefined` where it stands for none. */
  readonly responseOf: (result: unknown) => BufferedResponse | undefined;
  /** Whether a stream of this content type begins with status and headers. */
  readonly hasPrelude: (contentType: string) => boolean;
  /** Headers and cookies that the prelude of a stream names. */
  readonly preludeOf: (prelude: Prelude) => Pick<BufferedResponse, 'headers' | 'cookies'>;
  /** By when the prelude of a stream must have ended. */
  readonly maxPreludeBytes: number;
  /** What becomes of a response header on its way out, by its lower-case name. */
  readonly headerNameOf: (name: string) => string;
}

/** The fronts that a stage can have. */
export const eventShapes = {
  /** A function URL, payload format 2.0. */
  'function-url': {
    eventOf: functionUrlEvent,
    responseOf: bufferedResponse,
    hasPrelude: (contentType) => contentType === integrationContentType,
    preludeOf: ({ headers = {}, cookies = [] }) => ({ headers, cookies }),
    maxPreludeBytes: 64 * 1024,
    headerNameOf: (name) => name,
  },
  /**
   * A REST API with a proxy integration
   * (https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html).
   */
  'api-gateway': {
    eventOf: restApiEvent,
    responseOf: restApiResponse,
    hasPrelude: () => true,
    preludeOf: restApiPrelude,
    maxPreludeBytes: 16 * 1024,
    // It keeps this name for itself: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
    headerNameOf: (name) => (name === 'www-authenticate' ? 'x-amzn-remapped-www-authenticate' : name),
  },
} as const satisfies Record<string, EventShape>;
export type EventShapeName = keyof typeof eventShapes;
