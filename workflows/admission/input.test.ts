import { expect, it } from 'vitest';
import { createMemoryTenantList } from '../../core/tenants/tenant-list.memory.ts';
import { listedTenants } from './input.ts';

async function pagesOf(ids: readonly string[]) {
  const listed = () => ids.map((tenantId) => ({ tenantId, configVersion: 1 }));
  const pages: (readonly string[])[] = [];
  for await (const page of listedTenants(createMemoryTenantList({ listed }))) pages.push(page);
  return pages;
}

it.each([0, 1, 10, 11, 25])('works for all of %i tenants once, ten at a time', async (count) => {
  const ids = Array.from({ length: count }, (_, n) => `t${String(n).padStart(2, '0')}`);
  const pages = await pagesOf(ids);
  expect(pages.flat()).toEqual(ids);
  expect(pages.every((page) => page.length <= 10)).toBe(true);
});

it('works for nobody whose name is no tenant', async () => {
  await expect(pagesOf(['a', 'A#B'])).rejects.toThrow();
});
