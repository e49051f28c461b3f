/** Whether a link may lead to a host: lower case or not, with or without the dot that ends a full name. */
export type AllowedHosts = (host: string) => boolean;

/** @param hosts `docs.example.com`, or `*.example.com` for all below it and not for itself. */
export function createAllowedHosts(hosts: readonly string[]): AllowedHosts {
  const exact = new Set(hosts.filter((host) => !host.startsWith('*.')));
  const above = hosts.filter((host) => host.startsWith('*.')).map((host) => host.slice(1));
  return (host) => {
    const name = host.toLowerCase().replace(/\.$/, '');
    return exact.has(name) || above.some((end) => name.length > end.length && name.endsWith(end));
  };
}
