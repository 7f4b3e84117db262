import type { Consumer } from '@graphtail/client';

export type SortKey = 'name' | 'state' | 'lag' | 'lag_seconds' | 'delivered' | 'connected_at';
export type Sort = { readonly by: SortKey; readonly isDown: boolean };

export const COLUMNS: readonly { readonly key: SortKey; readonly label: string; readonly isNumber: boolean }[] = [
  { key: 'name', label: 'Consumer', isNumber: false },
  { key: 'state', label: 'State', isNumber: false },
  { key: 'lag', label: 'Lag, facts', isNumber: true },
  { key: 'lag_seconds', label: 'Lag, time', isNumber: true },
  { key: 'delivered', label: 'Delivered', isNumber: true },
  { key: 'connected_at', label: 'Since', isNumber: true },
];

/** Worst first. */
export const WORST: Sort = { by: 'lag', isDown: true };

export function sortFromText(text: string | null): Sort {
  const key = text?.replace(/^-/, '');
  const column = COLUMNS.find((each) => each.key === key);
  return column === undefined ? WORST : { by: column.key, isDown: text?.startsWith('-') === true };
}

export function sortToText({ by, isDown }: Sort): string | null {
  return by === WORST.by && isDown === WORST.isDown ? null : `${isDown ? '-' : ''}${by}`;
}

/** What is not known comes last, whichever way the others go; equals keep the order of their names. */
export function sorted(consumers: readonly Consumer[], { by, isDown }: Sort): readonly Consumer[] {
  const way = isDown ? -1 : 1;
  return [...consumers].sort((a, b) => {
    const [x, y] = [a[by], b[by]];
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined) || byName(a, b);
    if (x === y) return byName(a, b);
    return x < y ? -way : way;
  });
}

function byName(a: Consumer, b: Consumer): number {
  return (a.name ?? `~${a.id ?? ''}`).localeCompare(b.name ?? `~${b.id ?? ''}`);
}
