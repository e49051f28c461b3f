import { DocumentUnreadable } from '../document-unreadable.ts';

export interface TableCell {
  readonly text: string;
  readonly header: boolean;
  /** Columns that the cell covers. */
  readonly span: number;
}

const maxRows = 50_000;
const maxColumns = 200;

/**
 * Rows of a table as lines that read well by themselves: the first cell as it is, the others after the name of
 * their column: `Gala apples | Price per kg: 1.99`. The first row names the columns when it is a heading row or when
 * `headed` says so; a table without names gives its cells alone.
 *
 * @throws {DocumentUnreadable} when the table is too large.
 */
export function tableLines(rows: readonly (readonly TableCell[])[], headed: boolean): string[] {
  if (rows.length > maxRows) throw new DocumentUnreadable(`A table has more than ${maxRows} rows. Split it.`);
  const wide = rows.map(spread);
  const [first, ...rest] = wide;
  if (!first) return [];
  // A heading cell at the beginning of each row names the row, not the columns.
  const names = headed || (first.length > 1 && first.every((cell) => cell.header)) ? first : undefined;
  const body = names && rest.length > 0 ? rest : wide;
  const lines = body.map((cells) => line(cells, body === rest ? names : undefined));
  return lines.filter((text) => text !== '');
}

function spread(cells: readonly TableCell[]): TableCell[] {
  const wide: TableCell[] = [];
  for (const cell of cells) {
    wide.push(cell);
    for (let i = 1; i < cell.span; i++) wide.push({ ...cell, text: '' });
    if (wide.length > maxColumns)
      throw new DocumentUnreadable(`A table has more than ${maxColumns} columns.`);
  }
  return wide;
}

function line(cells: readonly TableCell[], names: readonly TableCell[] | undefined): string {
  return cells
    .map(({ text }, column) => {
      const name = names?.[column]?.text.replace(/:$/, '');
      return text === '' || column === 0 || !name ? text : `${name}: ${text}`;
    })
    .filter((text) => text !== '')
    .join(' | ');
}
