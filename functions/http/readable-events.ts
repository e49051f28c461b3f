/** The parts of a function URL's event (payload format 2.0) that decide whether a `Request` can be made of it. */
interface UrlEvent {
  readonly rawPath: string;
  readonly body?: string | null;
  readonly requestContext: { readonly domainName?: string; readonly http: { readonly method: string } };
}

/** The same parts of a REST API's event (Lambda proxy integration). */
interface RestEvent {
  readonly httpMethod: string;
  readonly path: string;
  readonly body?: string | null;
  readonly requestContext: { readonly domainName?: string };
}

/** `Request` refuses these (WHATWG Fetch, 2.2.1); a method that nobody knows is refused by the routes, properly. */
const forbiddenMethods = new Set(['TRACE', 'TRACK', 'CONNECT']);
/** What a request is addressed to, whatever host the client named: that decides nothing here. */
const domainName = 'function.internal';

/**
 * Makes every event one that a `Request` can be built from, so that odd requests reach the app and are refused there
 * as problems: without a body where the method has none, and without the host that the client named, which could
 * otherwise become part of the address. Takes the events of function URLs and of REST APIs.
 *
 * Symbols are carried over: the runtime knows a streaming handler by one.
 */
export function withReadableEvents<H extends (...args: never[]) => unknown>(handler: H): H {
  const readable = (event: UrlEvent | RestEvent, ...rest: unknown[]) =>
    (handler as unknown as (...args: unknown[]) => unknown)(readableEvent(event), ...rest);
  for (const symbol of Object.getOwnPropertySymbols(handler)) {
    Object.defineProperty(readable, symbol, { value: Reflect.get(handler, symbol) });
  }
  return readable as unknown as H;
}

function readableEvent(event: UrlEvent | RestEvent): UrlEvent | RestEvent {
  if ('httpMethod' in event) {
    const { requestContext, httpMethod } = event;
    return {
      ...withReadableBody(event, httpMethod),
      httpMethod: readableMethod(httpMethod),
      path: asOnePath(event.path),
      requestContext: { ...requestContext, domainName },
    };
  }
  const { requestContext } = event;
  const { http } = requestContext;
  return {
    ...withReadableBody(event, http.method),
    rawPath: asOnePath(event.rawPath),
    requestContext: { ...requestContext, domainName, http: { ...http, method: readableMethod(http.method) } },
  };
}

function readableMethod(method: string): string {
  const upper = method.toUpperCase();
  return forbiddenMethods.has(upper) ? 'UNKNOWN' : upper;
}

function withReadableBody<E extends UrlEvent | RestEvent>(event: E, method: string): E {
  const { body, ...rest } = event;
  const upper = method.toUpperCase();
  const hasBody = upper !== 'GET' && upper !== 'HEAD' && typeof body === 'string';
  return { ...rest, ...(hasBody && { body }) } as E;
}

/** What goes behind the host must not become part of it, nor end early or bring a query of its own once decoded. */
const asOnePath = (path: string): string =>
  `${path.startsWith('/') ? '' : '/'}${path.replace(/[?#]/g, encodeURIComponent)}`;
