/** The parts of a function URL's event (payload format 2.0) that decide whether a `Request` can be made of it. */
interface UrlEvent {
  body?: string | null;
  requestContext: { domainName?: string; http: { method: string } };
}

/** `Request` refuses these (WHATWG Fetch, 2.2.1); a method that nobody knows is refused by the routes, properly. */
const forbiddenMethods = new Set(['TRACE', 'TRACK', 'CONNECT']);

/**
 * Makes every event one that a `Request` can be built from, so that odd requests reach the app and are refused there
 * as problems: without a body where the method has none, and without the host that the client named, which decides
 * nothing here and could otherwise become part of the address.
 *
 * Symbols are carried over: the runtime knows a streaming handler by one.
 */
export function withReadableEvents<H extends (...args: never[]) => unknown>(handler: H): H {
  const readable = (event: UrlEvent, ...rest: unknown[]) =>
    (handler as unknown as (...args: unknown[]) => unknown)(readableEvent(event), ...rest);
  for (const symbol of Object.getOwnPropertySymbols(handler)) {
    Object.defineProperty(readable, symbol, { value: Reflect.get(handler, symbol) });
  }
  return readable as unknown as H;
}

function readableEvent(event: UrlEvent): UrlEvent {
  const method = event.requestContext.http.method.toUpperCase();
  const { body, ...rest } = event;
  const hasBody = method !== 'GET' && method !== 'HEAD' && body !== undefined;
  return {
    ...rest,
    ...(hasBody && { body }),
    requestContext: {
      ...event.requestContext,
      domainName: 'function.internal',
      http: { ...event.requestContext.http, method: forbiddenMethods.has(method) ? 'UNKNOWN' : method },
    },
  };
}
