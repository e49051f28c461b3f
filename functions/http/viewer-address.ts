import type { MiddlewareHandler } from 'hono';

/** The front sets it to the viewer's address on every request, in place of whatever the viewer sent. */
export const viewerHeader = 'x-atrium-viewer';

/** What the platforms give beside a request: a Lambda event of a function URL or a REST API, or a connection of Node. */
interface Bindings {
  readonly event?: {
    readonly requestContext?: {
      readonly http?: { readonly sourceIp?: unknown };
      readonly identity?: { readonly sourceIp?: unknown };
    };
  };
  readonly incoming?: { readonly socket?: { readonly remoteAddress?: unknown } };
}

/**
 * Sets `address` to where the request comes from, as far as that is certain, and takes the front's header out of the
 * request. Nobody can choose what it is:
 *
 * - Behind a front it is what the front says. The connection is the front's own there, so it says nothing of the viewer.
 *   A front that says nothing leaves it unknown, and everybody's failed attempts are counted as one's.
 *   The header proves nothing by itself: `requireOrigin`, which comes next, lets only the front's requests on.
 * - Without one it is the other end of the connection, as the platform saw it, and the header is a viewer's own.
 *
 * It comes before `requireOrigin`, which empties what the platform gave.
 */
export function viewerAddress(behindFront: boolean): MiddlewareHandler {
  return async (c, next) => {
    const { headers } = c.req.raw;
    const told = headers.get(viewerHeader) ?? undefined;
    if (told !== undefined) headers.delete(viewerHeader);
    c.set('address', behindFront ? told : connectedFrom(c.env as Bindings | undefined));
    await next();
  };
}

function connectedFrom(bindings: Bindings | undefined): string | undefined {
  const context = bindings?.event?.requestContext;
  const address =
    context === undefined
      ? bindings?.incoming?.socket?.remoteAddress
      : (context.http?.sourceIp ?? context.identity?.sourceIp);
  return typeof address === 'string' ? address : undefined;
}
