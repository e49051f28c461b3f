/**
 * The route that answers a request: the first whose prefix is the path itself or stands before one of its slashes, as at
 * the front of every stage in AWS. `/tenant` does not take `/tenants`.
 *
 * @param target of the request line; what is behind `?` is no part of the path.
 */
export function routeOf<R extends { readonly prefix: string }>(
  routes: readonly R[],
  target: string,
): R | undefined {
  const [path = ''] = target.split('?', 1);
  return routes.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`));
}
