import { type Element, headingLevel, isElement, isHidden, type Node, oneLine } from './html-text.ts';
import type { TableCell } from './table-rows.ts';

export interface DataTable {
  readonly rows: TableCell[][];
  /** Whether the first row stands in the table's head. */
  readonly headed: boolean;
  readonly caption: string;
  /** Tables that lie in cells, in order; their text is in no row. */
  readonly inner: readonly Element[];
}

/**
 * The cells of a table of data; `undefined` for one that only lays out a page. A heading in a cell shows that, and
 * so does a table in a cell, unless the rows around it read like a table.
 */
export function readTable(table: Element): DataTable | undefined {
  const rows: TableCell[][] = [];
  const inner: Element[] = [];
  let headed = false;
  let caption = '';
  let headings = false;
  const visit = (element: Element, inHead: boolean) => {
    for (const child of element.children as Node[]) {
      if (!isElement(child) || isHidden(child)) continue;
      if (child.name === 'caption') caption = oneLine(child);
      else if (child.name === 'tr') {
        headings ||= hasHeading(child);
        if (headings) return;
        if (inHead && rows.length === 0) headed = true;
        rows.push(readRow(child, inner));
      } else visit(child, inHead || child.name === 'thead');
    }
  };
  visit(table, false);
  if (headings || (inner.length > 0 && !readsLikeTable(rows))) return undefined;
  return { rows: rows.filter((row) => row.length > 0), headed, caption, inner };
}

function readRow(row: Element, inner: Element[]): TableCell[] {
  return (row.children as Node[])
    .filter((cell): cell is Element => isElement(cell) && (cell.name === 'td' || cell.name === 'th'))
    .map((cell) => ({
      text: oneLine(cell, inner),
      header: cell.name === 'th',
      span: Math.min(200, Math.max(1, Number.parseInt(cell.attribs.colspan ?? '1', 10) || 1)),
    }));
}

/** Tables in cells answer for themselves, so that each element is looked at once. */
const hasHeading = (element: Element): boolean =>
  (element.children as Node[]).some(
    (child) =>
      isElement(child) && child.name !== 'table' && (headingLevel(child.name) > 0 || hasHeading(child)),
  );

/** Two rows at least have two cells with words of their own, or one has them under names of columns. */
function readsLikeTable(rows: readonly (readonly TableCell[])[]): boolean {
  const named = rows[0] !== undefined && rows[0].length > 1 && rows[0].every((cell) => cell.header);
  const full = rows.filter((cells) => cells.filter(({ text }) => text !== '').length >= 2);
  return named || full.length >= 2;
}
