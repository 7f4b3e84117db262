import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PROTOCOL = join(import.meta.dirname, '../../docs/PROTOCOL.md');

/** The names in backticks of a table's cell, in order. */
export function namesIn(cell: string): string[] {
  return Array.from(cell.matchAll(/`([^`]+)`/g), ([, name]) => name!);
}

/** The rows of the table below a rule of docs/PROTOCOL.md, as cells, without its heading. */
export function tableOf(rule: string, text = readFileSync(PROTOCOL, 'utf8')): string[][] {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`- **${rule}** `));
  const first = lines.findIndex((line, i) => i > start && line.trimStart().startsWith('|'));
  const end = lines.findIndex((line, i) => i > first && !line.trimStart().startsWith('|'));
  return lines.slice(first + 2, end).map((line) =>
    line
      .trim()
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
