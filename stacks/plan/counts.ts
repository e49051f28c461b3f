import type { Plan } from './plan.ts';

/** How many resources of each type a plan has; components, which only group others, are not counted. */
export function counts(plan: Plan): Record<string, number> {
  const result: Record<string, number> = {};
  const types = plan.resources.filter(({ custom }) => custom).map(({ type }) => type);
  for (const type of types.sort()) result[type] = (result[type] ?? 0) + 1;
  return result;
}

/** `aws.s3.Bucket` for `aws:s3/bucket:Bucket`, as the code says it. */
export function shortType(type: string): string {
  const [provider = '', module = '', kind = ''] = type.split(':');
  const group = module.split('/')[0] ?? '';
  return [provider, ...(group === 'index' ? [] : [group]), kind].join('.');
}

/** The counts of several plans side by side, one line a type, aligned. */
export function countsTable(plans: readonly { readonly name: string; readonly plan: Plan }[]): string {
  const columns = plans.map(({ name, plan }) => ({ name, counts: counts(plan) }));
  const types = [...new Set(columns.flatMap((column) => Object.keys(column.counts)))].sort();
  const cell = (count: number | undefined) => (count === undefined ? '-' : String(count));
  const total = (of: Record<string, number>) => Object.values(of).reduce((sum, each) => sum + each, 0);
  const rows = [
    ['type', ...columns.map(({ name }) => name)],
    ...types.map((type) => [shortType(type), ...columns.map((column) => cell(column.counts[type]))]),
    ['all', ...columns.map((column) => cell(total(column.counts)))],
  ];
  const widths = rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0))) ?? [];
  const line = (row: string[]) =>
    row
      .map((text, at) => (at === 0 ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0)))
      .join('  ');
  return rows.map(line).join('\n');
}
