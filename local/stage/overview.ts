import type { Part } from './part.ts';

/** The table that is printed when a stage is ready, and a line to try. */
export function overview(parts: readonly Part[], url: string, logs: string, engine?: string): string {
  const rows = [
    ['part', 'address', 'process', 'log', 'what it does'],
    ...parts.map(({ spec, pid }) => [spec.name, spec.url, String(pid), spec.log, spec.purpose]),
    ...(engine ? [['model', engine, '-', '-', 'inference engine, not of this stage']] : []),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  return [
    '',
    ...lines,
    `function logs: ${logs}`,
    '',
    'Try it:',
    '',
    `  curl -N ${url}/chat -H 'X-Tenant-Id: t1' -H 'content-type: application/json' \\`,
    `    -d '{"tenant_id":"t1","user_id":"u123","session_id":"s456","query":"Which is cheaper, Gala apples at Mill Lane Co-op or at Greenleaf Market?","locale":"en-US"}'`,
    '',
  ].join('\n');
}
