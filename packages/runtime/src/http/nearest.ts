const FARTHEST = 2;

/** The known name that a mistyped one probably means: at most two letters off, and less than half of it. */
export function nearest(given: string, known: readonly string[]): string | undefined {
  let best: { name: string; distance: number } | undefined;
  for (const name of known) {
    if (Math.abs(name.length - given.length) > FARTHEST) continue;
    const distance = distanceBetween(given.toLowerCase(), name);
    if (distance <= FARTHEST && distance * 2 < name.length && (best === undefined || distance < best.distance)) best = { name, distance };
  }
  return best?.name;
}

/** Levenshtein's distance, where two letters in each other's place count once (optimal string alignment). */
function distanceBetween(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + cost, ...(isSwap ? [rows[i - 2]![j - 2]! + 1] : [])));
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
