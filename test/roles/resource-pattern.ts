/** What a policy's resource stands for: `*` for any characters, `?` for one. */
export function resourcePattern(resource: string): RegExp {
  const literal = resource.replaceAll(/[.+^${}()|[\]\\/]/g, '\\$&');
  return new RegExp(`^${literal.replaceAll('*', '.*').replaceAll('?', '.')}$`);
}
