import { stripVTControlCharacters } from 'node:util';
import type { Ink } from './ink.ts';

export type Column = { readonly title: string; readonly align?: 'right' };

/** Rows under titles, with aligned columns. Cells may be coloured. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], ink: Ink): string {
  const widths = columns.map(({ title }, index) => Math.max(title.length, ...rows.map((row) => width(row[index] ?? ''))));
  const line = (cells: readonly string[]): string =>
    `  ${columns.map(({ align }, index) => pad(cells[index] ?? '', widths[index] ?? 0, align)).join('  ')}`.trimEnd();
  const titles = line(columns.map(({ title }) => title));
  return [ink('quiet', titles), ...rows.map(line)].join('\n');
}

function width(cell: string): number {
  return stripVTControlCharacters(cell).length;
}

function pad(cell: string, to: number, align: Column['align']): string {
  const space = ' '.repeat(Math.max(0, to - width(cell)));
  return align === 'right' ? space + cell : cell + space;
}
